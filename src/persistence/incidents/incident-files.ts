import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type DeclaredIncident, declaredIncidentOf } from '../../domain/incidents/declared-incident.ts';
import {
  attachedKinds,
  type IncidentEntry,
  type IncidentEvent,
  incidentFields,
  incidentStatuses,
  linkedServices,
  observedKinds,
  sendOutcomes,
  sentActions,
} from '../../domain/incidents/incident-event.ts';
import { cutText } from '../../domain/text/cut-text.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { localFiles } from '../../platform/files/local-files.ts';
import { orIfAbsent, privateDir } from '../../platform/files/private-dir.ts';
import { saveNewFile } from '../../platform/files/save-file.ts';
import { type LockedFiles, localSharedFiles, type SharedFiles } from '../files/shared-files.ts';

const patienceMs = 5000;
const zLevel = z.enum(['ok', 'unknown', 'warn', 'crit']);

const zEvent: z.ZodType<IncidentEvent> = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('declared'),
    system: z.string(),
    env: z.string(),
    title: z.string(),
    severity: z.string(),
    reason: z.string(),
    impact: z.string(),
    services: z.string(),
    commander: z.string(),
    situation: z.string().exactOptional(),
    drill: z.literal(true).exactOptional(),
  }),
  z.object({ event: z.literal('acknowledged') }),
  z.object({ event: z.literal('severity'), severity: z.string(), reason: z.string() }),
  z.object({
    event: z.literal('status'),
    status: z.enum(incidentStatuses),
    text: z.string(),
    notGreen: z.array(z.string()).exactOptional(),
    reason: z.string().exactOptional(),
  }),
  z.object({ event: z.literal('field'), field: z.enum(incidentFields), value: z.string() }),
  z.object({ event: z.literal('note'), text: z.string() }),
  z.object({ event: z.literal('update'), text: z.string(), to: z.string() }),
  z.object({ event: z.literal('escalated'), step: z.string(), text: z.string() }),
  z.object({ event: z.literal('next-step'), text: z.string() }),
  z.object({ event: z.literal('action-item'), text: z.string(), owner: z.string() }),
  z.object({
    event: z.literal('linked'),
    service: z.enum(linkedServices),
    reference: z.string(),
    url: z.string(),
  }),
  z.object({
    event: z.literal('sent'),
    run: z.string(),
    action: z.enum(sentActions),
    service: z.enum(linkedServices),
    outcome: z.enum(sendOutcomes),
    reference: z.string(),
    url: z.string(),
    update: z.int().min(0),
    text: z.string(),
    issues: z
      .array(z.object({ title: z.string(), outcome: z.enum(['sent', 'unknown']), reference: z.string() }))
      .exactOptional(),
  }),
  z.object({
    event: z.literal('observed'),
    kind: z.enum(observedKinds),
    key: z.string(),
    text: z.string(),
    level: zLevel,
    seenAt: z.number(),
    by: z.string().exactOptional(),
    run: z.string().exactOptional(),
  }),
  z.object({
    event: z.literal('attached'),
    kind: z.enum(attachedKinds),
    key: z.string(),
    title: z.string(),
    lines: z.array(z.string()),
    level: zLevel,
    seenAt: z.number(),
  }),
  z.object({ event: z.literal('post-mortem'), file: z.string() }),
]);
const zEntry = z.object({ seq: z.int().min(1), at: z.number(), who: z.string(), entry: zEvent });

/** The incidents of a state directory. */
interface ReadIncidents {
  /** By number, the oldest first. */
  readonly incidents: readonly DeclaredIncident[];
  /** Records that cannot be read, with the reason. They are left as they are. */
  readonly problems: readonly string[];
}

/** The records of incidents in a state directory, shared by the processes of this machine. */
export interface IncidentFiles {
  readonly dir: string;
  /** Rejects when the directory cannot be read. */
  read(): Promise<ReadIncidents>;
  /** Changes whenever a record has changed; '' without any. Cheap enough for every second. */
  version(): Promise<string>;
  /** Writes a new private file beside the record of an incident, and returns its path. Rejects when it is not on disk. */
  keep(id: string, name: string, text: string): Promise<string>;
  /** Starts the record of an incident under the next free number, and returns its id. */
  declare(who: string, offset: number, event: Extract<IncidentEvent, { event: 'declared' }>): Promise<string>;
  /**
   * Appends to a record; resolves once it is on disk. `make` receives the incident as it is now, and may decline by returning
   * nothing. Rejects for an unknown or damaged record: nothing is appended after a damaged line.
   */
  append(
    id: string,
    who: string,
    offset: number,
    make: (incident: DeclaredIncident, keys: ReadonlySet<string>) => readonly IncidentEvent[],
  ): Promise<DeclaredIncident>;
}

const idPattern = /^INC-[1-9]\d{0,8}$/;
const numberOf = (id: string): number => Number(id.slice(4));

/** Parses a record. An append that a crash cut short has no line end, and did not happen. Throws at a damaged line. */
const parseRecord = (path: string, text: string): readonly IncidentEntry[] => {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .slice(0, -1)
    .map((line, index): IncidentEntry => {
      try {
        const entry = zEntry.parse(JSON.parse(line));
        if (entry.seq === index + 1) return entry;
      } catch {
        // The error below names the line; a schema error would only repeat it.
      }
      throw new Error(
        `${path}:${index + 1}: this is not a valid entry of an incident. Restore the file from a backup`,
      );
    });
};

const observedKeys = (entries: readonly IncidentEntry[]): ReadonlySet<string> =>
  new Set(
    entries.flatMap(({ entry }) =>
      entry.event === 'observed' || entry.event === 'attached' ? [entry.key] : [],
    ),
  );

/** Characters of a text that opsdeck adds by itself: a record is read by people. What people write is kept whole. */
const longestText = ({ event }: IncidentEvent, name: string): number => {
  if (event === 'observed' && name === 'text') return 500;
  return event === 'attached' && name === 'lines' ? 300 : Number.POSITIVE_INFINITY;
};

class StoredIncidents implements IncidentFiles {
  readonly #mask: (text: string) => string;
  readonly #files: SharedFiles;
  readonly #folder = 'incidents';
  readonly dir: IncidentFiles['dir'];

  constructor(
    stateDir: string,
    mask: (text: string) => string,
    files: SharedFiles = localSharedFiles(stateDir),
  ) {
    this.#mask = mask;
    this.#files = files;
    this.dir = join(stateDir, this.#folder);
  }

  async read(): Promise<ReadIncidents> {
    const incidents: DeclaredIncident[] = [];
    const problems: string[] = [];
    for (const id of await this.#ids()) {
      try {
        const text = await localFiles.read(this.#pathOf(id));
        const incident =
          text === undefined ? undefined : declaredIncidentOf(id, parseRecord(this.#pathOf(id), text));
        if (incident !== undefined) incidents.push(incident);
      } catch (error) {
        problems.push(errorMessage(error));
      }
    }
    return { incidents, problems };
  }

  async version(): Promise<string> {
    const stats = await Promise.all(
      (await this.#ids()).map(async (id) => {
        const found = await stat(this.#pathOf(id)).catch(orIfAbsent(undefined));
        return found === undefined ? '' : `${id} ${found.size} ${found.mtimeMs}`;
      }),
    );
    return stats.join('\n');
  }

  async keep(id: string, name: string, text: string): Promise<string> {
    if (!idPattern.test(id)) throw new Error(`no incident ${id} in ${this.dir}`);
    const beside = join(this.dir, id);
    await privateDir(beside);
    const saved = await saveNewFile(beside, name, text);
    if ('path' in saved) return saved.path;
    throw new Error(saved.why);
  }

  declare(who: string, time: number, event: Extract<IncidentEvent, { event: 'declared' }>): Promise<string> {
    return this.#locked(async (changed) => {
      const id = `INC-${Math.max(0, ...(await this.#ids()).map(numberOf)) + 1}`;
      await this.#write(changed, id, [], [{ at: time, who, entry: this.#masked(event) }]);
      return id;
    });
  }

  append(
    id: string,
    who: string,
    time: number,
    make: (incident: DeclaredIncident, keys: ReadonlySet<string>) => readonly IncidentEvent[],
  ): Promise<DeclaredIncident> {
    return this.#locked(async (changed) => {
      const text = idPattern.test(id) ? await localFiles.read(this.#pathOf(id)) : undefined;
      if (text === undefined) throw new Error(`no incident ${id} in ${this.dir}`);
      const record = parseRecord(this.#pathOf(id), text);
      const incident = declaredIncidentOf(id, record);
      if (incident === undefined)
        throw new Error(`${this.#pathOf(id)}: the record that declares the incident is missing`);
      const events = make(incident, observedKeys(record));
      if (events.length === 0) return incident;
      const entries = await this.#write(
        changed,
        id,
        record,
        events.map((event) => ({ at: time, who, entry: this.#masked(event) })),
      );
      return declaredIncidentOf(id, entries) ?? incident;
    });
  }

  #pathOf(id: string): string {
    return join(this.dir, `${id}.jsonl`);
  }

  async #ids(): Promise<readonly string[]> {
    return ((await readdir(this.dir).catch(orIfAbsent<string[]>([]))) ?? [])
      .flatMap((name) => (name.endsWith('.jsonl') ? [name.slice(0, -'.jsonl'.length)] : []))
      .filter((id) => idPattern.test(id))
      .toSorted((a, b) => numberOf(a) - numberOf(b));
  }

  /** Masks first: no mask recognizes half a secret. */
  #maskedValue(value: unknown, most: number): unknown {
    if (typeof value === 'string') return cutText(this.#mask(value), most);
    return Array.isArray(value) ? value.map((element) => this.#maskedValue(element, most)) : value;
  }

  #masked(event: IncidentEvent): IncidentEvent {
    return zEvent.parse(
      Object.fromEntries(
        Object.entries(event).map(([name, value]) => [
          name,
          // The key of an observation is a digest, and is compared.
          name === 'event' || name === 'key' ? value : this.#maskedValue(value, longestText(event, name)),
        ]),
      ),
    );
  }

  #locked<T>(work: (changed: LockedFiles) => Promise<T>): Promise<T> {
    return this.#files.locked(this.#folder, patienceMs, work);
  }

  async #write(
    { append }: LockedFiles,
    id: string,
    entries: readonly IncidentEntry[],
    added: readonly Omit<IncidentEntry, 'seq'>[],
  ): Promise<readonly IncidentEntry[]> {
    const next = added.map((incidentEntry, index) => ({ seq: entries.length + index + 1, ...incidentEntry }));
    const lines = next.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    await append(`${this.#folder}/${id}.jsonl`, lines, 'removed');
    return [...entries, ...next];
  }
}

/**
 * Opens the records; performs no I/O. `mask` removes secrets from every text before it is written. `files`: how they are
 * changed; default: on this machine.
 */
export const incidentFiles = (
  stateDir: string,
  mask: (text: string) => string,
  files: SharedFiles = localSharedFiles(stateDir),
): IncidentFiles => new StoredIncidents(stateDir, mask, files);
