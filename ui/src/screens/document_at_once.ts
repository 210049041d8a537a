import Document from './Document.svelte';

/** In place of `document_later` where tests look at a screen right after they went to it. */
export const documentScreen = () => Document;
