/** A file that a person handed over. Its bytes are asked for piece by piece, so that a large one is never in memory whole. */
export interface Handed {
  name: string;
  size: number;
  piece(from: number, to: number): Promise<ArrayBuffer>;
}

/** A picture as an editor shows it. */
export interface ShownPicture {
  /** How the source refers to it. */
  address: string;
  /** Where the window loads it from; absent for one that is not kept here. */
  shown?: string | undefined;
  alt: string;
  decorative: boolean;
}
