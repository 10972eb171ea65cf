import type { Millis } from '../../../domain/fault.ts';
import type { TableSpec } from './spec.ts';
import { Tables } from './tables.ts';

/** One database of the server, and what is in it. */
export interface Catalog {
  readonly oid: number;
  readonly name: string;
  readonly tables: Tables;
  /** False: nobody may log in any more. */
  readonly isOpen: boolean;
}

/** Where administrators log in who mean no other. */
export const maintenance = 'postgres';
const firstOid = 16_384;

/** The databases of the server: the applications' own, that of administrators, and what somebody made. */
export class Databases {
  readonly #own: Catalog;
  readonly #now: () => Millis;
  #all: readonly Catalog[];
  #oid = firstOid;

  constructor(name: string, specs: readonly TableSpec[], now: () => Millis) {
    this.#now = now;
    this.#own = { oid: firstOid, name, tables: new Tables(specs, now), isOpen: true };
    this.#all = this.#first();
  }

  get all(): readonly Catalog[] {
    return this.#all;
  }

  /** As they were first, whatever has become of their database. */
  get own(): Tables {
    return this.#own.tables;
  }

  named(name: string): Catalog | undefined {
    return this.#all.find((one) => one.name === name);
  }

  create(name: string): void {
    this.#oid += 1;
    const tables = new Tables([], this.#now);
    this.#all = [...this.#all, { oid: this.#oid, name, tables, isOpen: true }];
  }

  rename(from: string, to: string): void {
    this.#all = this.#all.map((one) => (one.name === from ? { ...one, name: to } : one));
  }

  /** ALLOW_CONNECTIONS. */
  allow(name: string, isOpen: boolean): void {
    this.#all = this.#all.map((one) => (one.name === name ? { ...one, isOpen } : one));
  }

  drop(name: string): void {
    this.#all = this.#all.filter((one) => one.name !== name);
  }

  heal(): void {
    this.#own.tables.heal();
    this.#all = this.#first();
  }

  #first(): readonly Catalog[] {
    return this.#own.name === maintenance
      ? [this.#own]
      : [{ oid: 5, name: maintenance, tables: new Tables([], this.#now), isOpen: true }, this.#own];
  }
}
