import { expect } from 'vitest';
import { opsdeckVersion } from '../../src/cli/command/package-root.ts';
import type { OpenedSource } from '../../src/engine/sources/open-sources.ts';
import { createSharedPolling } from '../../src/engine/sources/shared-polling.ts';
import { deriveAccessKeys } from '../../src/persistence/team/readings/access-key.ts';
import { readerText, stampText } from '../../src/persistence/team/readings/verify-row.ts';
import { localFiles } from '../../src/platform/files/local-files.ts';
import { ownNetwork } from '../../src/platform/network/own-network.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { readingFormat } from '../../src/store/reading-format.ts';
import { localServer } from '../support/local-server.ts';
import { sourceModules } from '../support/source-modules.ts';
import { type FakeStateDatabase, startStateDatabase } from '../support/state-database.ts';
import { family } from './support/attack.ts';
import { type FieldPath, fieldPaths, type Json, parsedJson, withField } from './support/forged-fields.ts';
import { type Forgery, sendsNothing } from './support/no-call.ts';

type Keys = Awaited<ReturnType<typeof deriveAccessKeys>>;
type Row = FakeStateDatabase['tables']['readings'][number];

/** The keys of a colleague who reads a source with the same profile and the same access. */
const keysOf = async (file: string, id: string): Promise<Keys> => {
  const loading = { files: localFiles, processEnv: {}, sets: {}, modules: sourceModules, now: 0 };
  const { draft } = await loadProfile(file, loading);
  const { profile } = (await draft?.finish({ exec: async () => '' })) ?? {};
  const entry = profile?.sources.find((source) => source.id === id);
  if (profile === undefined || entry === undefined) throw new Error(`no source ${id} in ${file}`);
  const network = await ownNetwork();
  let access = '';
  const feed = { id: `${id}/x`, source: id, name: 'x', kind: 'alerts', everyMs: 1, staleMs: 1, timeoutMs: 1 };
  createSharedPolling(profile, [{ entry, feeds: [feed] } as unknown as OpenedSource], {
    modules: sourceModules,
    readings: {
      withCredentials: false,
      ...(network === undefined ? {} : { network }),
      source: (text) => {
        access = text;
        return { feed: () => undefined };
      },
      close: async () => {},
    },
    mayTake: () => true,
  });
  return deriveAccessKeys([readingFormat, opsdeckVersion, access].join('\n'), 'salt');
};

const answers: Readonly<Record<string, unknown>> = {
  '/api/v1/alerts': {
    alerts: [
      {
        labels: { alertname: 'Slow', severity: 'warning', instance: 'a' },
        annotations: { summary: 'slow', runbook_url: 'https://wiki/slow' },
        state: 'firing',
        activeAt: '2026-03-04T08:00:00Z',
        value: '1',
      },
    ],
  },
  '/api/v1/query': { resultType: 'vector', result: [{ metric: { instance: 'a' }, value: [0, '12'] }] },
};

const openPrometheus = () =>
  localServer((request, response) => {
    const data = answers[new URL(request.url ?? '/', 'http://x').pathname];
    if (data === undefined) return void response.writeHead(404).end('{}');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: 'success', data }));
  });

/** Columns of a row that a colleague stamps as their own; the sealed text is forged by its fields. */
const columns = ['began_at', 'took_ms', 'reader', 'digest', 'stamp', 'sealed'] as const;
/** The time for which a reading of the colleague has existed, in ms. */
const ageMs = 20;

/** A colleague whose readings the database answers instead of those that were published. */
const createColleague = (now: () => number) => {
  let forgery: Forgery | undefined;
  let isForging = false;
  let tries = 0;

  /** A row with another text, as a process with this access writes it. */
  const written = (row: Row, keys: Keys, text: string, changed: Row = {}): Row => {
    const key = String(row.key);
    const reader = readerText({ user: 'mallory', host: 'desk' });
    const made: Row = {
      ...{ ...row, began_at: now() - ageMs, took_ms: 1, reader, digest: keys.digest(text) },
      ...{ sealed: keys.seal(key, text), ...changed },
    };
    const began = String(Math.round(Number(made.began_at) * 1000));
    const parts = { key, began, tookMs: Number(made.took_ms), digest: String(made.digest) };
    return { ...made, stamp: made.stamp ?? keys.stamp(stampText({ ...parts, reader: String(made.reader) })) };
  };
  const forgedRow = (row: Row, keys: Keys, { nth, values }: Forgery): Row => {
    const text = keys.openSealed(String(row.key), String(row.sealed)) ?? '';
    const json = parsedJson(text) ?? null;
    const paths: readonly (FieldPath | string)[] = [...fieldPaths(json), ...columns];
    const path = paths[(nth + tries) % paths.length] ?? 'reader';
    const value: Json | undefined = values[tries % values.length];
    tries += 1;
    if (typeof path !== 'string')
      return written(row, keys, JSON.stringify(withField(json, path, value)), { stamp: null });
    const cell = typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? null);
    return written(row, keys, text, { stamp: null, [path]: cell });
  };

  return {
    /** The row that the database answers. */
    shown: (row: Row, keys: Keys): Row => {
      const text = keys.openSealed(String(row.key), String(row.sealed));
      if (text === undefined) return row;
      if (forgery !== undefined && isForging) return forgedRow(row, keys, forgery);
      return written(row, keys, text.replaceAll(/"value":[^,}]*/g, '"value":666'), { stamp: null });
    },
    plans: (next: Forgery): void => {
      forgery = next;
    },
    begins: (): void => {
      isForging = true;
    },
    tries: (): number => tries,
  };
};

family('forged readings', ({ attack }) => {
  attack(
    'a cockpit sends no changing request in ten minutes, unarmed and armed, whatever a shared reading says',
    sendsNothing(async (workspace, stack) => {
      const colleague = createColleague(() => workspace.clock.now());
      const database = stack.use(await startStateDatabase(() => workspace.clock.now()));
      const prometheus = stack.use(await openPrometheus());
      return {
        profile: [
          `state: "${database.url}"`,
          'signals: [{ id: orders, title: Orders, source: prom, read: { query: orders }, warn: ">=20" }]',
          '',
        ].join('\n'),
        sources: `  prom: { type: prometheus, url: "${prometheus.url}", every: 5s }\n`,
        plant: async () => {
          const keys = await keysOf(workspace.path('profiles/live.yaml'), 'prom');
          database.tables.shownReading = (row) => colleague.shown(row, keys);
        },
        forge: (forgery) => {
          colleague.plans(forgery);
          return 0;
        },
        look: async (cockpit) => {
          // A false reading of a colleague with the same access is shown.
          if (colleague.tries() === 0) await cockpit.sees(/666/);
          colleague.begins();
        },
        forged: () => {
          expect(colleague.tries()).toBeGreaterThan(50);
          return colleague.tries();
        },
      };
    }),
  );
});
