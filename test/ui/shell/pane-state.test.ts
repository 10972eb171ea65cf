import { expect, test } from 'vitest';
import { paneState, type UiState } from '../../../src/ui/shell/contract/model.ts';

test('a pane that does not exist has a fresh state, whatever it is called', () => {
  const ui = { panes: {} } as UiState;
  const fresh = paneState(ui, 'none');
  expect(fresh.cursor.index).toBe(0);
  for (const name of ['__proto__', 'constructor', 'toString']) expect(paneState(ui, name)).toBe(fresh);
});
