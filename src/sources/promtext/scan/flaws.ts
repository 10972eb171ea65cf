import { clipped } from '../../../sdk.ts';
import type { Flaw } from './page.ts';

const kept = 5;
const longest = 160;

/** What is wrong with a page: the first few lines, and how many there are. */
export class Flaws {
  readonly first: Flaw[] = [];
  count = 0;

  add(line: number, what: string): void {
    this.count += 1;
    if (this.first.length < kept) this.first.push({ line, what: clipped(what, longest) });
  }
}
