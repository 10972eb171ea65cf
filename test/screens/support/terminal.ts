import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';

/** The style of one cell. */
export interface Cell {
  readonly text: string;
  readonly fg: number;
  readonly bg: number;
  readonly bold: boolean;
  readonly inverse: boolean;
}

/** An in-memory terminal: stdout and stdin of a process, and the screen of a user. */
export interface FakeTerminal {
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  /** Everything written so far. */
  written(): string;
  raw(): boolean;
  /** One string per row, as currently visible. */
  rows(): readonly string[];
  cellAt(column: number, row: number): Cell;
  /** The style of every cell: one text per row, equal if the rows look the same. */
  styles(): readonly string[];
  /** Whether the alternate screen is active. */
  onAlternate(): boolean;
  send(bytes: string | Uint8Array): void;
  resize(columns: number, rows: number): void;
}

/** Internal API of xterm: without it every write waits for a timer, and a screen test for hundreds of them. */
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
  let written = '';
  let raw = false;

  const out = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      core.writeSync(chunk.toString());
      done();
    },
  });
  const write = out.write.bind(out);
  // A real terminal has everything as soon as it is written; xterm's screen is updated a moment later.
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
    // Streams with the members that the cockpit uses of a terminal's.
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
    styles: () => {
      const { active } = screen.buffer;
      const cell = active.getNullCell();
      return Array.from({ length: stdout.rows }, (_, y) => {
        const line = active.getLine(active.baseY + y);
        let row = '';
        let before = '';
        // xterm gives an emoji one cell, opsdeck two: text after the last letter of such a row is not comparable.
        const letters = [...(line?.translateToString(false, 0, stdout.columns) ?? '')].length;
        for (let x = 0; x < letters; x++) {
          line?.getCell(x, cell);
          const text = cell.getChars();
          // A blank has no visible color.
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
