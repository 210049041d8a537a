import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeBackend } from './lib/fake/backend';
import Closed from './screens/Closed.svelte';

afterEach(cleanup);

describe('a workspace that cannot be opened', () => {
  it('says why, what is safe and what to do, and starts again when asked', async () => {
    const fake = new FakeBackend();
    const error = { code: 'truncated', what: 'A file of the workspace is shorter than it should be: lectern.db.', safe: 'Every file was left as it is.', next: 'Copy it again.', retryable: false };
    render(Closed, { why: { folder: '/home/ines/workspace', error }, startAgain: () => fake.startAgain() });
    expect(screen.getByRole('heading', { name: 'The workspace cannot be opened' })).toBeTruthy();
    for (const words of [error.what, error.safe, error.next, '/home/ines/workspace']) expect(screen.getByText(words)).toBeTruthy();
    const again = screen.getByRole('button', { name: 'Try again' });
    expect(screen.getByRole('alert')).toBeTruthy();
    await userEvent.setup().click(again);
    expect(fake.care.startedAgain).toBe(1);
  });
});
