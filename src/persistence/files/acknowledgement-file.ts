import { join } from 'node:path';
import { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import {
  type Acknowledgement,
  type Acknowledgements,
  findingDigest,
} from '../../domain/incidents/acknowledgement.ts';
import { savedTexts } from '../../platform/files/kept-files.ts';
import { localSharedFiles, type SharedFiles } from './shared-files.ts';

const name = 'acknowledged.json';
const patienceMs = 2000;
/** The number of acknowledgements kept, the newest of all environments. */
const most = 2000;

const zEntry = z.object({
  system: z.string(),
  env: z.string(),
  finding: z.string(),
  what: z.string(),
  level: z.enum(['ok', 'unknown', 'warn', 'crit']),
  source: z.string(),
  row: z.string().exactOptional(),
  who: z.string(),
  at: z.number(),
  note: z.string(),
});
const zFile = z.object({ opsdeck: z.literal(1), acknowledged: z.array(zEntry) });

type Entry = z.infer<typeof zFile>['acknowledged'][number];

interface Place {
  readonly system: string;
  readonly env: string;
}

/** The acknowledgements of one environment, and why earlier ones were lost. */
interface ReadAcknowledgements {
  readonly known: Acknowledgements;
  /** Set when the file could not be parsed and was renamed. */
  readonly problem?: string;
}

/** The file of acknowledgements in a state directory, shared by the cockpits of this machine. */
export interface AcknowledgementFile {
  readonly path: string;
  /** Returns the acknowledgements of an environment. Rejects when the file cannot be read. */
  read(place: Place): Promise<ReadAcknowledgements>;
  /**
   * Replaces the acknowledgements of an environment, one process at a time, and returns those that were stored. Rejects
   * when the file cannot be locked, read or written.
   */
  update(place: Place, change: (known: Acknowledgements) => Acknowledgements): Promise<Acknowledgements>;
}

const isAt = ({ system, env }: Place, entry: Place): boolean => entry.system === system && entry.env === env;

const recordOf = (entries: readonly Entry[]): Acknowledgements =>
  Object.fromEntries(
    entries.map(({ system: _, env: __, ...acknowledgement }) => [acknowledgement.finding, acknowledgement]),
  );

/**
 * Opens the file; performs no I/O. `files`: how it is changed; default: on this machine. `mask` removes secrets from every text before it is written: a note may contain one.
 */
export const acknowledgementFile = (
  stateDir: string,
  mask: (text: string, field?: string) => string,
  files: SharedFiles = localSharedFiles(stateDir),
): AcknowledgementFile => {
  const texts = savedTexts(stateDir);

  const entries = async (): Promise<{ readonly all: readonly Entry[]; readonly problem?: string }> => {
    const text = await texts.read(name);
    if (text === undefined) return { all: [] };
    try {
      return { all: zFile.parse(JSON.parse(text)).acknowledged };
    } catch {
      const aside = await texts.setAside(name);
      return {
        all: [],
        problem: `cannot read the acknowledgements: none are loaded. Correct ${aside} and rename it back`,
      };
    }
  };

  const identity = (text: string): string => (mask(text) === text ? text : findingDigest(text));

  const masked = (acknowledgement: Acknowledgement): Acknowledgement => ({
    ...acknowledgement,
    finding: identity(acknowledgement.finding),
    ...(acknowledgement.row === undefined ? {} : { row: identity(acknowledgement.row) }),
    what: mask(acknowledgement.what),
    note: mask(acknowledgement.note, 'note'),
  });

  return {
    path: join(stateDir, name),
    read: async (place) => {
      const { all, problem } = await entries();
      const known = recordOf(all.filter((entry) => isAt(place, entry)));
      return { known, ...defined({ problem }) };
    },
    update: (place, change) =>
      files.locked('acknowledged', patienceMs, async ({ replace }) => {
        const { all } = await entries();
        const own = all.filter((entry) => isAt(place, entry));
        const others = all.filter((entry) => !isAt(place, entry));
        const { system, env } = place;
        const changed = Object.values(change(recordOf(own))).map((acknowledgement) => ({
          system,
          env,
          ...masked(acknowledgement),
        }));
        const kept = [...others, ...changed].toSorted((a, b) => a.at - b.at).slice(-most);
        await replace(name, `${JSON.stringify({ opsdeck: 1, acknowledged: kept }, null, 1)}\n`);
        return recordOf(kept.filter((entry) => isAt(place, entry)));
      }),
  };
};
