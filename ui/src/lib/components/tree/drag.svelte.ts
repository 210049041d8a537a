import type { PlaceDto } from '../../api/types';
import type { Row } from '../../state/tree.svelte';

/** Where the pointer would let a row fall. */
export interface Fall {
  on: Row;
  to: PlaceDto;
}

/** Moving a row with the pointer: nothing happens until it has left its place, and Escape leaves all as it was. */
export class Drag {
  row = $state.raw<Row | null>(null);
  fall = $state.raw<Fall | null>(null);
  x = $state(0);
  y = $state(0);
  private from: { row: Row; x: number; y: number } | null = null;

  /** Pixels that a hand may tremble. */
  private static readonly SLACK = 5;

  begin(row: Row, e: PointerEvent): void {
    if (row.moves === null || e.button !== 0 || e.pointerType === 'touch') return;
    this.from = { row, x: e.clientX, y: e.clientY };
  }

  /** Whether a row is being dragged by now. */
  move(e: PointerEvent): boolean {
    if (!this.from) return false;
    [this.x, this.y] = [e.clientX, e.clientY];
    if (this.row === null && Math.hypot(e.clientX - this.from.x, e.clientY - this.from.y) < Drag.SLACK) return false;
    this.row = this.from.row;
    return true;
  }

  /** Ends it; answers what falls where. */
  end(): { row: Row; to: PlaceDto } | null {
    const fallen = this.row && this.fall ? { row: this.row, to: this.fall.to } : null;
    this.row = this.fall = this.from = null;
    return fallen;
  }
}
