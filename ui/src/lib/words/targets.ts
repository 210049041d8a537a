import type { TargetDto } from '../api/types';

/** How a document stands to one of its sites, in words. */
export function targetWords(target: TargetDto): string {
  switch (target.state) {
    case 'in_step':
      return 'Up to date';
    case 'to_send':
      return 'To send';
    case 'not_there':
      return 'Not there yet: the next sync makes it';
    case 'conflict':
      return 'Needs you';
    case 'refused':
      return target.reason ? `Refused: ${target.reason}` : 'Refused';
  }
}
