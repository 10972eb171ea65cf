import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';

/** How one cell looks. */
export interface Cell {
  readonly text: string;
  readonly fg: number;
  readonly bg: number;
  readonly bold: boolean;
  readonly inverse: boolean;
}

/** A terminal in memory: what a process would have as stdout and stdin, and what a person would see. */
export interface FakeTerminal {
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  /** Everything written so far. */
  written(): string;
  raw(): boolean;
  /** One string per row, as it stands on the screen now. */
  rows(): readonly string[];
  cellAt(column: number, row: number): Cell;
  /** How every cell of each row looks: one text per row, the same where a person sees the same. */
  looks(): readonly string[];
  /** On the alternate screen, where full-screen programs draw. */
  onAlternate(): boolean;
  send(bytes: string | Uint8Array): void;
  resize(columns: number, rows: number): void;
}

/** What xterm has beside its API: without it every write waits for a timer, and a screen test for hundreds of them. */
interface Core {
  writeSync(data: string): void;
}

export const createTerminal = (columns: number, rows: number): FakeTerminal => {
  const screen = new xterm.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    scrollback: 50,
    convertEol: true,
  });
  const core: Core = Reflect.get(screen, '_core');
  let [written, raw] = ['', false];

  const out = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      core.writeSync(chunk.toString());
      done();
    },
  });
  const write = out.write.bind(out);
  // A real terminal has everything as soon as it is written; what the screen makes of it comes a moment later.
  const record = (chunk: unknown, ...rest: unknown[]): boolean => {
    written += String(chunk);
    return Reflect.apply(write, out, [chunk, ...rest]);
  };
  const stdout = Object.assign(out, { columns, rows, isTTY: true, write: record });
  const input = new PassThrough();
  const stdin = Object.assign(input, {
    isTTY: true,
    isRaw: false,
    setRawMode: (on: boolean) => {
      raw = on;
      return stdin;
    },
    ref: () => stdin,
    unref: () => stdin,
  });
  EventEmitter.setMaxListeners(50, out);

  return {
    // Streams that have what the cockpit uses of a terminal's.
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    written: () => written,
    raw: () => raw,
    rows: () => {
      const { active } = screen.buffer;
      return Array.from(
        { length: stdout.rows },
        (_, y) => active.getLine(active.baseY + y)?.translateToString(false, 0, stdout.columns) ?? '',
      );
    },
    cellAt: (column, row) => {
      const { active } = screen.buffer;
      const cell = active.getLine(active.baseY + row)?.getCell(column);
      return {
        text: cell?.getChars() ?? '',
        fg: cell?.getFgColor() ?? -1,
        bg: cell?.getBgColor() ?? -1,
        bold: cell !== undefined && cell.isBold() !== 0,
        inverse: cell !== undefined && cell.isInverse() !== 0,
      };
    },
    looks: () => {
      const { active } = screen.buffer;
      const cell = active.getNullCell();
      return Array.from({ length: stdout.rows }, (_, y) => {
        const line = active.getLine(active.baseY + y);
        let [row, before] = ['', ''];
        // This terminal gives an emoji one cell, opsdeck two: what follows the last letter of such a row is not comparable.
        const letters = [...(line?.translateToString(false, 0, stdout.columns) ?? '')].length;
        for (let x = 0; x < letters; x++) {
          line?.getCell(x, cell);
          const text = cell.getChars();
          // A blank has no color of its own that anyone could see.
          const ink = text.trim() === '' ? '' : `${cell.getFgColor()},${cell.isBold()},`;
          const look = `${ink}${cell.getBgColor()},${cell.isInverse()}`;
          row += look === before ? text || ' ' : `[${look}]${text || ' '}`;
          before = look;
        }
        return row;
      });
    },
    onAlternate: () => screen.buffer.active.type === 'alternate',
    send: (bytes) => input.write(bytes),
    resize: (width, height) => {
      screen.resize(width, height);
      Object.assign(stdout, { columns: width, rows: height });
      out.emit('resize');
    },
  };
};
