import type { Millis } from '../../../domain/fault.ts';
import { createSplitter, type MouseEvent, type Piece } from './splitter.ts';

/** A lone escape is the escape key when nothing has followed it for so long. */
const patienceMs: Millis = 20;

/**
 * The terminal's input as Ink may see it: without what the mouse did, which is told in its place among the keys. All
 * else that Ink asks of the stream (raw mode, encoding, listeners) is the stream's own.
 */
export const withoutMouse = (
  stdin: NodeJS.ReadStream,
  clock: { sleep(ms: Millis): Promise<void> },
  onMouse: (event: MouseEvent) => void,
): NodeJS.ReadStream => {
  const splitter = createSplitter();
  const queue: Piece[] = [];
  let turn = 0;

  const releaseLater = async (): Promise<void> => {
    const mine = ++turn;
    await clock.sleep(patienceMs);
    if (mine !== turn || !splitter.waits()) return;
    queue.push(splitter.release());
    stdin.emit('readable');
  };

  const read = (): string | null => {
    for (;;) {
      const piece = queue.shift();
      if (typeof piece === 'string') return piece;
      if (piece !== undefined) {
        onMouse(piece);
        continue;
      }
      const chunk: unknown = stdin.read();
      if (chunk === null) break;
      turn++;
      queue.push(...splitter.push(String(chunk)));
    }
    if (splitter.waits()) void releaseLater();
    return null;
  };

  return new Proxy(stdin, {
    get: (target, key) => {
      if (key === 'read') return read;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
};
