import type { App } from '../../state/app.svelte';
import { count } from '../../words/counts';
import { asError } from '../../words/errors';

/** How markup from the clipboard comes into a text of a space: made fit for it, with its pictures as files. */
export function pasting(app: App, space: string): (html: string) => Promise<string | null> {
  return async (html) => {
    try {
      const made = await app.backend.paste(space, html);
      if (made.lostPictures) app.announcer.alert(`${count(made.lostPictures, 'picture')} could not be taken along: ${made.lostPictures === 1 ? 'it is a file' : 'they are files'} of another program. Put ${made.lostPictures === 1 ? 'it' : 'them'} in as ${made.lostPictures === 1 ? 'a file' : 'files'}.`);
      return made.editing;
    } catch (e) {
      app.announcer.alert(`${asError(e).what} The words alone are pasted.`);
      return null;
    }
  };
}
