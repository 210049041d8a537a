import type { Handed, ShownPicture } from '../state/handed';

export type { Handed, ShownPicture };

/** The files in what was pasted or dropped. Where there is text as well, the text is what was meant: a word processor adds a picture
 *  of the same words. */
export function filesIn(data: DataTransfer | null): File[] {
  if (!data) return [];
  const listed = [...(data.files ?? [])];
  const files = listed.length ? listed : [...(data.items ?? [])].flatMap((item) => (item.kind === 'file' ? (item.getAsFile() ?? []) : []));
  return files.length && !saysSomething(data.getData('text/html')) ? files : [];
}

/** Whether markup has words. It is read without being shown, so nothing in it loads or runs. */
function saysSomething(html: string): boolean {
  return html !== '' && (new DOMParser().parseFromString(html, 'text/html').body.textContent ?? '').trim() !== '';
}

export function handed(file: File): Handed {
  return { name: file.name || 'picture', size: file.size, piece: (from, to) => file.slice(from, to).arrayBuffer() };
}

/** Whether files are dragged, so that a place may take them. */
export function dragsFiles(data: DataTransfer | null): boolean {
  return [...(data?.types ?? [])].includes('Files');
}

/** A value between double quotes of HTML. */
const quoted = (text: string) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** A picture as the source has it. One whose words are still missing has no alternative text at all, so that it is found: an empty
 *  one would call it decoration. */
export function imageHtml(picture: ShownPicture): string {
  const alt = picture.decorative ? ' alt="" role="presentation"' : picture.alt ? ` alt="${quoted(picture.alt)}"` : '';
  return `<img src="${quoted(picture.address)}"${alt}>`;
}

/** A picture as the page editor has it: loaded from this computer, with the address that the source gets. */
export function imageShown(picture: ShownPicture): string {
  if (!picture.shown) return imageHtml(picture);
  const own = `data-lectern-src="${quoted(picture.address)}" data-lectern-shown="${quoted(picture.shown)}"`;
  return imageHtml({ ...picture, address: picture.shown }).replace(/>$/, ` ${own}>`);
}

export function imageMarkdown(picture: ShownPicture): string {
  return `![${picture.alt.replace(/[[\]|]/g, ' ').replace(/\s+/g, ' ').trim()}](${picture.address})`;
}
