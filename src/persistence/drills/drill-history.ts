import { join } from 'node:path';
import { z } from 'zod';
import type { DrillRecord } from '../../domain/drills/drill-record.ts';
import { bestDrill, isSameDrill } from '../../domain/drills/drill-record.ts';
import { savedTexts } from '../../platform/files/kept-files.ts';
import { acquireLock } from '../../platform/files/lock-file.ts';
import { privateDir } from '../../platform/files/private-dir.ts';

const name = 'drills.json';
const patienceMs = 2000;
/** The number of drills kept, the newest; beyond them the best of each incident. */
const most = 1000;

const zScore = z.object({
  outcome: z.enum(['recovered', 'healed', 'not-recovered']),
  noticedMs: z.number().exactOptional(),
  diagnosedMs: z.number().exactOptional(),
  actedMs: z.number().exactOptional(),
  recoveredMs: z.number().exactOptional(),
  healedMs: z.number().exactOptional(),
  unproved: z.string().exactOptional(),
  runbook: z.string().exactOptional(),
  wrongTurns: z.array(z.object({ is: z.enum(['runbook', 'gate', 'confirmation']), text: z.string() })),
  gates: z.object({ passed: z.number(), refused: z.number(), overridden: z.number() }),
  hints: z.number(),
  totalMs: z.number().exactOptional(),
});
const zRecord = z.object({
  id: z.string(),
  system: z.string(),
  env: z.string(),
  incident: z.string(),
  title: z.string(),
  at: z.number(),
  endedAt: z.number().exactOptional(),
  who: z.string(),
  host: z.string(),
  pid: z.number(),
  start: z.string().exactOptional(),
  place: z.string().exactOptional(),
  how: z.enum(['cockpit', 'run']),
  blind: z.boolean(),
  seed: z.number().exactOptional(),
  target: z.object({ severity: z.string(), respond: z.string(), escalate: z.string() }).exactOptional(),
  score: zScore,
});
const zFile = z.object({ opsdeck: z.literal(1), drills: z.array(zRecord) });

/** The drills of a state directory, and why earlier ones were lost. */
interface ReadDrills {
  /** Oldest first. */
  readonly drills: readonly DrillRecord[];
  /** Set when the file could not be parsed and was renamed. */
  readonly problem?: string;
}

/** The history of drills in a state directory, shared by the processes of this machine. */
export interface DrillHistory {
  readonly path: string;
  /** Rejects when the file cannot be read. */
  read(): Promise<ReadDrills>;
  /** Adds a drill or replaces the stored one with its id. Rejects when the file cannot be locked, read or written. */
  put(record: DrillRecord): Promise<void>;
}

/** The newest drills, and the best of each incident. */
const kept = (all: readonly DrillRecord[]): readonly DrillRecord[] => {
  const sorted = all.toSorted((a, b) => a.at - b.at);
  if (sorted.length <= most) return sorted;
  const older = sorted.slice(0, -most);
  const best = older.filter(
    (drillRecord) =>
      bestDrill(
        all.filter((other) => isSameDrill(drillRecord, other)),
        drillRecord.how,
      )?.id === drillRecord.id,
  );
  return [...best, ...sorted.slice(-most)];
};

/**
 * Opens the history; performs no I/O. The file is replaced atomically under a lock, so a crash leaves the drills before
 * it, and processes do not overwrite each other's. Texts must be masked by the caller.
 */
export const drillHistory = (stateDir: string): DrillHistory => {
  const texts = savedTexts(stateDir);

  const read = async (): Promise<ReadDrills> => {
    const text = await texts.read(name);
    if (text === undefined) return { drills: [] };
    try {
      return { drills: zFile.parse(JSON.parse(text)).drills };
    } catch {
      const aside = await texts.setAside(name);
      return {
        drills: [],
        problem: `cannot read the history of drills: none are loaded. Correct ${aside} and rename it back`,
      };
    }
  };

  return {
    path: join(stateDir, name),
    read,
    put: async (record) => {
      await privateDir(stateDir);
      const lock = await acquireLock(join(stateDir, 'drills.lock'), patienceMs);
      try {
        const { drills } = await read();
        const others = drills.filter(({ id }) => id !== record.id);
        const all = kept([...others, record]);
        await texts.write(name, `${JSON.stringify({ opsdeck: 1, drills: all }, null, 1)}\n`);
      } finally {
        await lock.release();
      }
    },
  };
};
