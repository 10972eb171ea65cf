import { coverageFileName } from '../../../src/profile/document/coverage-file.ts';
import type { Documents, Entry, Value } from './profile-copy.ts';

const isEntry = (value: Value | undefined): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const items = (value: Value | undefined): readonly Entry[] =>
  Array.isArray(value) ? value.filter(isEntry) : [];

/** An entry of a profile that can claim requirement rows. */
export type Named =
  | { readonly section: 'signal' | 'view'; readonly id: string }
  | { readonly section: 'diagnose' | 'act' | 'verify'; readonly runbook: string; readonly id: string };

/** The name under which an executed entry is recorded: 'signal sla', 'breakers-open a5'. */
export const nameOf = (entry: Named): string =>
  'runbook' in entry ? `${entry.runbook} ${entry.id}` : `${entry.section} ${entry.id}`;

/** The runbooks of a file: a profile's own, or the list that it includes. */
const runbooksOf = (document: Value): readonly Entry[] =>
  items(Array.isArray(document) ? document : isEntry(document) ? document.runbooks : undefined);

/** The lists in a file that may contain an entry: several if a runbook occurs twice. */
const listsOf = (
  document: Value,
  entry: Named,
): readonly { readonly holder: Entry; readonly key: string }[] => {
  if (!('runbook' in entry)) {
    if (!isEntry(document)) return [];
    if (entry.section === 'signal') return [{ holder: document, key: 'signals' }];
    return isEntry(document.logs) ? [{ holder: document.logs, key: 'views' }] : [];
  }
  return runbooksOf(document)
    .filter(({ id }) => id === entry.runbook)
    .map((holder) => ({ holder, key: entry.section }));
};

const keyOf = ({ section }: Named): string => (section === 'view' ? 'name' : 'id');

/** All definitions of an entry: the base and the overlays of environments. */
export const placesOf = (documents: Documents, entry: Named): readonly Entry[] =>
  Object.values(documents).flatMap((document) =>
    listsOf(document, entry).flatMap(({ holder, key }) =>
      items(holder[key]).filter((item) => item[keyOf(entry)] === entry.id),
    ),
  );

/** Removes an entry from all files. */
export const drop = (documents: Documents, entry: Named): void => {
  for (const document of Object.values(documents))
    for (const { holder, key } of listsOf(document, entry)) {
      const list = holder[key];
      if (Array.isArray(list))
        holder[key] = list.filter((item) => !isEntry(item) || item[keyOf(entry)] !== entry.id);
    }
};

/** An entry and the rows that it claims in any environment. */
export interface Claim {
  readonly entry: Named;
  readonly rows: readonly string[];
  /** The base merged with the overlays of all environments. */
  readonly whole: Entry;
  /** The operation that it uses, by the type of its source: 'github.reviews'. */
  readonly operation?: string;
}

const texts = (value: Value | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((id): id is string => typeof id === 'string') : [];

/** The key of an entry in the coverage file. */
const pathOf = (entry: Named): string => {
  if ('runbook' in entry) return `runbooks.${entry.runbook}.${entry.section}.${entry.id}`;
  return `${entry.section === 'signal' ? 'signals' : 'logs.views'}.${entry.id}`;
};

/** The rows of an entry in the coverage file, for all environments or one. */
const rowsBeside = ({ [coverageFileName]: side }: Documents, entry: Named): readonly string[] => {
  if (!isEntry(side)) return [];
  const apart = isEntry(side.environments) ? Object.values(side.environments).filter(isEntry) : [];
  return [side, ...apart].flatMap((section) => texts(section[pathOf(entry)]));
};

const everyEntry = (documents: Documents): readonly Named[] =>
  Object.values(documents).flatMap((document): readonly Named[] => {
    const steps = runbooksOf(document).flatMap(({ id: runbook, ...sections }) =>
      (['diagnose', 'act', 'verify'] as const).flatMap((section) =>
        items(sections[section]).flatMap(({ id }) =>
          typeof id === 'string' && typeof runbook === 'string' ? [{ section, runbook, id }] : [],
        ),
      ),
    );
    if (!isEntry(document)) return steps;
    const of = (list: Value | undefined, section: 'signal' | 'view', key: string): readonly Named[] =>
      items(list).flatMap((item) => (typeof item[key] === 'string' ? [{ section, id: item[key] }] : []));
    const views = isEntry(document.logs) ? document.logs.views : undefined;
    return [...of(document.signals, 'signal', 'id'), ...of(views, 'view', 'name'), ...steps];
  });

/** The operation that a step uses, by the type of its source; undefined if no file names the type. */
const operationOf = (documents: Documents, { use }: Entry): string | undefined => {
  if (typeof use !== 'string') return undefined;
  const [source = '', name = ''] = use.split('.');
  for (const document of Object.values(documents)) {
    const sources = isEntry(document) ? document.sources : undefined;
    const config = isEntry(sources) ? sources[source] : undefined;
    if (isEntry(config) && typeof config.type === 'string') return `${config.type}.${name}`;
  }
  return undefined;
};

/** All entries that claim a row, in file order. */
export const claimsOf = (documents: Documents): readonly Claim[] => {
  const all = new Map(everyEntry(documents).map((entry) => [nameOf(entry), entry]));
  return [...all.values()].flatMap((entry) => {
    const places = placesOf(documents, entry);
    const rows = [
      ...new Set([...places.flatMap(({ covers }) => texts(covers)), ...rowsBeside(documents, entry)]),
    ];
    if (rows.length === 0) return [];
    const whole: Entry = Object.assign({}, ...places);
    const operation = operationOf(documents, whole);
    return [{ entry, rows, whole, ...(operation === undefined ? {} : { operation }) }];
  });
};

/** The text of a runbook in all files, to search for references. */
export const runbookText = (documents: Documents, id: string): string =>
  JSON.stringify(
    Object.values(documents).flatMap((document) => runbooksOf(document).filter((book) => book.id === id)),
  );
