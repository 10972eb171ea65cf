import type { Millis } from '../../../domain/fault.ts';
import type { MissingIndexSpec } from './spec.ts';
import type { Tables } from './tables.ts';

/** An index that somebody dropped, and what is slow until there is one on these columns again, whatever it is called. */
export class MissingIndex {
  readonly #tables: Tables;
  #spec: MissingIndexSpec | undefined;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  strike(spec: MissingIndexSpec): void {
    this.#spec = spec;
    this.#tables.dropIndex(spec.index);
  }

  /** What is missing now. */
  get missed(): MissingIndexSpec | undefined {
    const spec = this.#spec;
    return spec !== undefined && !this.#tables.leads(spec.table, spec.columns) ? spec : undefined;
  }

  get waitMs(): Millis {
    return this.missed?.waitMs ?? 0;
  }

  heal(): void {
    this.#spec = undefined;
  }
}
