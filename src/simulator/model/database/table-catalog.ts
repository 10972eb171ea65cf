import type { Millis } from '../../../domain/base/fault.ts';
import type { TableSpec } from '../spec/database.ts';

/** One database of the server with its contents. */
interface Catalog {
  readonly oid: number;
  readonly name: string;
  readonly tables: TableCatalog;
  /** False if logins are disabled. */
  readonly isOpen: boolean;
}

/** Default database of administrators. */
export const maintenanceDatabase = 'postgres';
const firstDatabaseOid = 16_384;

/** Databases of the server: that of the applications, that of administrators, and created ones. */
export class DatabaseRegistry {
  readonly #own: Catalog;
  readonly #now: () => Millis;
  #all: readonly Catalog[];
  #oid = firstDatabaseOid;

  constructor(name: string, specs: readonly TableSpec[], now: () => Millis) {
    this.#now = now;
    this.#own = { oid: firstDatabaseOid, name, tables: new TableCatalog(specs, now), isOpen: true };
    this.#all = this.#first();
  }

  get all(): readonly Catalog[] {
    return this.#all;
  }

  /** Initial tables, independent of later changes. */
  get own(): TableCatalog {
    return this.#own.tables;
  }

  named(name: string): Catalog | undefined {
    return this.#all.find((catalog) => catalog.name === name);
  }

  create(name: string): void {
    this.#oid += 1;
    const tables = new TableCatalog([], this.#now);
    this.#all = [...this.#all, { oid: this.#oid, name, tables, isOpen: true }];
  }

  rename(from: string, to: string): void {
    this.#all = this.#all.map((catalog) => (catalog.name === from ? { ...catalog, name: to } : catalog));
  }

  /** ALLOW_CONNECTIONS. */
  allow(name: string, isOpen: boolean): void {
    this.#all = this.#all.map((catalog) => (catalog.name === name ? { ...catalog, isOpen } : catalog));
  }

  drop(name: string): void {
    this.#all = this.#all.filter((catalog) => catalog.name !== name);
  }

  heal(): void {
    this.#own.tables.heal();
    this.#all = this.#first();
  }

  #first(): readonly Catalog[] {
    return this.#own.name === maintenanceDatabase
      ? [this.#own]
      : [
          { oid: 5, name: maintenanceDatabase, tables: new TableCatalog([], this.#now), isOpen: true },
          this.#own,
        ];
  }
}

export interface TableIndex {
  readonly oid: number;
  readonly name: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly bytes: number;
  readonly unique: boolean;
  /** Number of its file, which is a new one after each rebuild. */
  readonly filenode: number;
}

export interface TableState {
  readonly oid: number;
  readonly name: string;
  readonly rows: number;
  dead: number;
  readonly bytes: number;
  vacuumedAt: Millis | undefined;
  analyzedAt: Millis | undefined;
}

const firstOid = 16_400;
/** Age of a table's last autovacuum: a few hours. */
const vacuumedEarlierMs: Millis = 4 * 3_600_000;

/** Tables of the database with their indexes. */
export class TableCatalog {
  readonly #specs: readonly TableSpec[];
  readonly #now: () => Millis;
  #oid = firstOid;
  tables: readonly TableState[] = [];
  indexes: readonly TableIndex[] = [];

  constructor(specs: readonly TableSpec[], now: () => Millis) {
    this.#specs = specs;
    this.#now = now;
    this.heal();
  }

  table(name: string): TableState | undefined {
    return this.tables.find((table) => table.name === name);
  }

  index(name: string): TableIndex | undefined {
    return this.indexes.find((index) => index.name === name);
  }

  /** Vacuums one table or all; `analyzes`: also updates their statistics. */
  vacuum(name: string | undefined, analyzes = false): void {
    for (const table of this.tables)
      if (name === undefined || table.name === name) {
        table.dead = 0;
        table.vacuumedAt = this.#now();
        if (analyzes) table.analyzedAt = this.#now();
      }
  }

  create(name: string, size: Pick<TableState, 'rows' | 'bytes'>): void {
    this.tables = [
      ...this.tables,
      { oid: this.#nextOid(), name, ...size, dead: 0, vacuumedAt: undefined, analyzedAt: undefined },
    ];
  }

  createIndex(name: string, table: string, columns: readonly string[], unique: boolean): void {
    const bytes = Math.round((this.table(table)?.rows ?? 0) * 24);
    const oid = this.#nextOid();
    this.indexes = [...this.indexes, { oid, name, table, columns, bytes, unique, filenode: oid }];
  }

  /** Rebuilds an index, all indexes of a table, or all. Concurrently, each of them is a new one under its old name. */
  reindex(of: { readonly index?: string; readonly table?: string }, isConcurrent: boolean): void {
    this.indexes = this.indexes.map((index) => {
      if ((of.index ?? index.name) !== index.name || (of.table ?? index.table) !== index.table) return index;
      const filenode = this.#nextOid();
      return { ...index, oid: isConcurrent ? filenode : index.oid, filenode };
    });
  }

  /** Returns true when an index starts with these columns, so that a query on them need not scan the whole table. */
  leads(table: string, columns: readonly string[]): boolean {
    return this.indexes.some(
      (index) =>
        index.table === table && columns.every((column, position) => index.columns[position] === column),
    );
  }

  dropIndex(name: string): void {
    this.indexes = this.indexes.filter((index) => index.name !== name);
  }

  heal(): void {
    this.#oid = firstOid;
    this.tables = this.#specs.map(({ name, rows, dead, bytes }) => ({
      oid: this.#nextOid(),
      name,
      rows,
      dead,
      bytes,
      vacuumedAt: this.#now() - vacuumedEarlierMs,
      analyzedAt: this.#now() - vacuumedEarlierMs,
    }));
    this.indexes = this.#specs.flatMap(({ name: table, indexes }) =>
      indexes.map(({ unique = false, ...index }) => {
        const oid = this.#nextOid();
        return { oid, table, unique, filenode: oid, ...index };
      }),
    );
  }

  #nextOid(): number {
    this.#oid += 3;
    return this.#oid;
  }
}
