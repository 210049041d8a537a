import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { describe, expect, it } from 'vitest';
import { matching } from './completions';
import { findEmoji } from './markdown/emoji';
import { render } from './markdown/render';
import { insertDetails, insertTable, pollText, quoteText, tableText } from './markdown_commands';
import { placeOf, readBefore } from './same_place';
import { heightAt, lineAt } from './scroll_together';

describe('the place of the caret is kept between page and source', () => {
  const source = '<p class="a > b">Deep &amp; cold <b>water</b>.</p>\n<!-- no text --><p>Sinks&nbsp;far.</p><script>no()</script>';
  it('counts what is read and nothing else', () => {
    expect(readBefore(source, source.indexOf('water'))).toBe('Deep&cold'.length);
    expect(readBefore(source, source.indexOf('Sinks'))).toBe('Deep&coldwater.'.length);
    expect(readBefore(source, source.length)).toBe('Deep&coldwater.Sinksfar.'.length);
  });
  it('comes back to the same character from every place', () => {
    for (const words of ['Deep', '&amp;', 'cold', 'water', 'Sinks', 'far']) {
      const at = source.indexOf(words);
      expect(placeOf(source, readBefore(source, at)), words).toBe(at);
    }
  });
});

describe('text and preview scroll together', () => {
  const layout = { id: 1, height: 400, blocks: [[0, 0], [4, 100], [6, 300]] as [number, number][] };
  it('blocks stand level and lines between them in proportion', () => {
    expect(heightAt(layout, 4)).toBe(100);
    expect(heightAt(layout, 5)).toBe(200);
    expect(heightAt(layout, 2)).toBe(50);
    expect(lineAt(layout, 200)).toBe(5);
  });
  it('one way and back is the same line', () => {
    for (let line = 0; line < 9; line += 0.5) expect(lineAt(layout, heightAt(layout, line))).toBeCloseTo(line, 5);
  });
  it('an empty preview stays at the top', () => expect(heightAt({ id: 1, height: 0, blocks: [] }, 7)).toBe(0));
});

describe('what the toolbar writes', () => {
  function after(command: ReturnType<typeof insertTable>, doc: string, at = doc.length): string {
    const view = new EditorView({ state: EditorState.create({ doc, selection: { anchor: at } }) });
    command(view);
    const text = view.state.sliceDoc();
    view.destroy();
    return text;
  }
  it('a block stands on lines of its own', () => {
    expect(after(insertDetails, 'Before')).toBe('Before\n\n[details="Summary"]\nText that opens\n[/details]\n');
    expect(after(insertTable(1, 2), 'A\n\nB', 3)).toBe(`A\n\n${tableText(1, 2)}\n\nB`);
  });
  it('a table can be read as source and shown as one', () => {
    expect(render(tableText(2, 2))).toContain('<th>Heading 2</th>');
  });
  it('a poll has its choices, each on its line', () => {
    expect(pollText({ choices: ['Sunday', ' Saturday\nmorning '], several: false })).toBe('[poll type=regular results=always chartType=bar]\n* Sunday\n* Saturday morning\n[/poll]');
    expect(pollText({ choices: ['a', 'b'], several: true })).toContain('type=multiple');
    expect(render(pollText({ choices: ['a', 'b'], several: true }))).toContain('class="poll"');
  });
  it('a quotation names its author, post and topic', () => {
    expect(quoteText('mara, post:3, topic:12', ' Water sinks. ')).toBe('[quote="mara, post:3, topic:12"]\nWater sinks.\n[/quote]');
  });
  it('a quotation of a part is ended by nothing in it', () => {
    const part = quoteText('mara, post:3, topic:12', 'Salt.\n[/quote]\nIt sinks.');
    expect(part.match(/\[\/quote\]/g)).toHaveLength(1);
    expect(render(part)).toMatch(/<blockquote>[\s\S]*It sinks\.[\s\S]*<\/blockquote>/);
    const nested = '[quote="tom, post:1, topic:12"]\nSalt.\n[/quote]\nIt sinks.';
    expect(quoteText('mara, post:3, topic:12', nested)).toContain(nested);
  });
});

describe('names that are completed', () => {
  it('those that begin with it come first', () => expect(matching(['dana.kelp', 'kelpie', 'marlin'], 'kelp')).toEqual(['kelpie', 'dana.kelp']));
  it('an emoji is found by its name and by what it means', () => {
    expect(findEmoji('tada', 3)[0]?.sign).toBe('🎉');
    expect(findEmoji('party', 8).some((e) => e.sign === '🎉')).toBe(true);
    expect(findEmoji('nothing-has-this', 3)).toEqual([]);
  });
});

describe('math is drawn, and only math', () => {
  it('in a line and as a block', () => {
    expect(render('a $x^2$ b')).toMatch(/<span class="math"><math.*<\/math><\/span>/);
    expect(render('$$\n\\frac{a}{b}\n$$')).toContain('<mfrac>');
  });
  it('money is money', () => expect(render('from $5 to $6')).not.toContain('<math'));
  it('code keeps its dollars', () => expect(render('`$x$`')).toContain('<code>$x$</code>'));
  it('what cannot be read stays as it is', () => expect(render('$\\frac{a$')).toContain('\\frac{a'));
  it('nothing in a formula can lead away', () => {
    const made = render('$\\href{javascript:alert(1)}{x}$ $\\includegraphics{https://example.org/x.png}$');
    expect(made).not.toMatch(/href=|src=/);
  });
  it('a mark that is typed is not taken for one of ours', () => expect(render('\uE0001.0\uE001')).not.toContain('<math'));
});
