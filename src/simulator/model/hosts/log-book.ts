import type { Millis } from '../../../domain/fault.ts';

/** A line of a file or of the journal. */
export interface LogLine {
  /** Its place among all that were ever written. */
  readonly number: number;
  /** Model time. */
  readonly at: Millis;
  readonly text: string;
  /** Of the journal: whose line it is. */
  readonly unit?: string;
  readonly pid?: number;
  /** As syslog has it: 3 error, 6 info. */
  readonly priority?: number;
}

const most = 2000;

/** What was written, as far back as it is kept. */
export class LogBook {
  #lines: LogLine[] = [];
  #next = 1;

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  write(line: Omit<LogLine, 'number'>): void {
    this.#lines.push({ ...line, number: this.#next });
    this.#next += 1;
    if (this.#lines.length > most) this.#lines = this.#lines.slice(-most);
  }
}
