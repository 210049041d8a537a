import Calendar from '@lucide/svelte/icons/clipboard-list';
import FileText from '@lucide/svelte/icons/file-text';
import GraduationCap from '@lucide/svelte/icons/graduation-cap';
import Hand from '@lucide/svelte/icons/hand';
import Hash from '@lucide/svelte/icons/hash';
import House from '@lucide/svelte/icons/house';
import Layers from '@lucide/svelte/icons/layers';
import ListChecks from '@lucide/svelte/icons/list-checks';
import Lock from '@lucide/svelte/icons/lock';
import Megaphone from '@lucide/svelte/icons/megaphone';
import MessageSquareText from '@lucide/svelte/icons/message-square-text';
import MessagesSquare from '@lucide/svelte/icons/messages-square';
import NotebookPen from '@lucide/svelte/icons/notebook-pen';
import Paperclip from '@lucide/svelte/icons/paperclip';
import PencilLine from '@lucide/svelte/icons/pencil-line';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import Reply from '@lucide/svelte/icons/reply';
import Split from '@lucide/svelte/icons/split';
import Trash2 from '@lucide/svelte/icons/trash-2';
import CircleArrowDown from '@lucide/svelte/icons/circle-arrow-down';
import CircleArrowUp from '@lucide/svelte/icons/circle-arrow-up';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CirclePlus from '@lucide/svelte/icons/circle-plus';
import EyeOff from '@lucide/svelte/icons/eye-off';
import type { KindDto, SiteKindDto, StateDto } from '../../api/types';

export type Icon = typeof FileText;

const KINDS: Record<KindDto, Icon> = {
  page: FileText, assignment: Calendar, discussion: MessagesSquare, announcement: Megaphone, quiz: ListChecks, syllabus: House,
  module: Layers, module_item: Layers, file: Paperclip, reply: Reply, topic: MessageSquareText, post: Reply,
};
const GROUPS: Record<string, Icon> = {
  modules: Layers, pages: FileText, assignments: Calendar, discussions: MessagesSquare, announcements: Megaphone, quizs: ListChecks, quizzes: ListChecks,
  topics: MessageSquareText, files: Paperclip,
};
const STATES: Record<StateDto, Icon> = {
  conflict: Split, waits_for_you: Hand, syncing: RefreshCw, deleted_here: Trash2, deleted_there: Trash2, edited: CircleArrowUp, new: CirclePlus,
  draft_kept: PencilLine, changed_on_site: CircleArrowDown, read_only: Lock, unpublished: EyeOff, in_sync: CircleCheck,
};
const SITES: Record<SiteKindDto, Icon> = { canvas: GraduationCap, discourse: MessagesSquare, local: NotebookPen };

export const kindIcon = (kind: KindDto): Icon => KINDS[kind];
export const groupIcon = (group: string): Icon => GROUPS[group] ?? Layers;
export const stateIcon = (state: StateDto): Icon => STATES[state];
export const siteIcon = (site: SiteKindDto): Icon => SITES[site];
export const categoryIcon: Icon = Hash;
