import type { InteractiveTerminal } from '../../src/platform/terminal/interactive-terminal.ts';

/** A terminal that types each text after the previous one has been answered. All listeners get it. */
export const typingTerminal = (...texts: readonly string[]) => {
  let shown = '';
  const listeners: ((bytes: Uint8Array) => void)[] = [];
  const rest = [...texts];
  const type = (): void => {
    const [next] = rest;
    if (next === undefined) return;
    if (shown.endsWith('# ')) {
      rest.shift();
      shown += '\u0000';
      for (const listener of listeners) listener(Buffer.from(next));
    }
    setImmediate(type);
  };
  const lent: InteractiveTerminal = {
    size: () => ({ columns: 100, rows: 30 }),
    onResize: () => {},
    onInput: (listener) => {
      listeners.push(listener);
      if (listeners.length === 1) setImmediate(type);
    },
    write: (bytes) => {
      shown += Buffer.from(bytes).toString('utf8');
    },
    run: () => Promise.reject(new Error('a shell starts no program here')),
  };
  return { lent, shown: () => shown };
};
