/** DECSET and DECRST (alternate screen, cursor, paste, mouse), and the kitty keyboard protocol's push, pop and query. */
const modes = /\u001b\[(?:\?[\d;]+[hl]|[<>=?][\d;]*u)/g;
const synchronized = /\u001b\[\?2026[hl]/g;

interface Heard {
  /** The alternate screen was entered (true) or left. */
  alternate(on: boolean): void;
}

const alternateIn = (text: string): boolean | undefined => {
  const on = text.lastIndexOf('\u001b[?1049h');
  const off = text.lastIndexOf('\u001b[?1049l');
  return on === off ? undefined : on > off;
};

/**
 * A terminal of which Ink may only switch the modes: what it draws goes nowhere, because the rows reach the terminal by
 * a shorter way. Whatever else is written through it (a stray line of a library) does not reach the screen either.
 */
export const modesOnly = (stdout: NodeJS.WriteStream, heard: Heard): NodeJS.WriteStream => {
  const write = (chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
    const done = typeof encoding === 'function' ? encoding : callback;
    const kept =
      typeof chunk === 'string' ? (chunk.replaceAll(synchronized, '').match(modes) ?? []).join('') : '';
    // The empty write of a flush waits for all that was written before it.
    const went = Reflect.apply(stdout.write, stdout, typeof done === 'function' ? [kept, done] : [kept]);
    const alternate = alternateIn(kept);
    if (alternate !== undefined) heard.alternate(alternate);
    return went === true;
  };
  return new Proxy(stdout, {
    get: (target, key) => {
      if (key === 'write') return write;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
};
