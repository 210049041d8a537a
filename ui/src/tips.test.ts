import { render } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import Tips from './lib/components/shared/Tips.svelte';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('the whole of a cut title is told over the field, and not over what is being typed into it', async () => {
  render(Tips);
  const field = document.body.appendChild(document.createElement('input'));
  field.dataset.tip = 'Problem set 1: density';
  const tip = () => document.querySelector('[role=tooltip]')?.textContent ?? null;
  const hover = async () => {
    field.dispatchEvent(new Event('pointerover', { bubbles: true }));
    await vi.advanceTimersByTimeAsync(500);
  };
  await hover();
  expect(tip()).toBe('Problem set 1: density');

  field.dispatchEvent(new Event('input', { bubbles: true }));
  await vi.advanceTimersByTimeAsync(100);
  expect(tip()).toBeNull();

  field.focus();
  await hover();
  expect(tip()).toBeNull();
  field.remove();
});
