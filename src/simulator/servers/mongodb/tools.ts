import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { StoredDocument } from '../../model/mongodb/spec.ts';
import { changeRecorderFor, type SimulatorContext } from '../simulator-context.ts';
import type { SimulatedTool, StandInOutput } from '../stand-in-programs.ts';

const flagValue = (args: readonly string[], name: string): string | undefined =>
  args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);

type Archive = Readonly<Record<string, readonly StoredDocument[]>>;

/** Dates keep their type in an archive. */
const packed = (archive: Archive): Buffer =>
  gzipSync(
    JSON.stringify(archive, function (this: StoredDocument, key, value: unknown) {
      const raw = this[key];
      return raw instanceof Date ? { $date: raw.toISOString() } : value;
    }),
  );

const unpacked = (path: string): Archive =>
  JSON.parse(gunzipSync(readFileSync(path)).toString('utf8'), (_, value: unknown) =>
    typeof value === 'object' && value !== null && '$date' in value ? new Date(String(value.$date)) : value,
  );

const failed = (err: string): StandInOutput => ({ status: 1, err: `Failed: ${err}\n` });

/** mongodump and mongorestore with --archive and --gzip. Source: MongoDB Database Tools, reference. */
export const mongoTools = (view: SimulatorContext): Readonly<Record<string, SimulatedTool>> => {
  const server = () => view.model.environmentAt(view.env, view.clock.now()).parts.mongodb;
  const record = changeRecorderFor(view, 'mongodb');
  return {
    mongodump: (args) => {
      const path = flagValue(args, 'archive') ?? '';
      record(`mongodump ${path}`);
      const now = server();
      if (now?.isUp !== true) return failed('could not connect to server: connection refused');
      const archive = Object.fromEntries(
        [...now.collections].map(([name, { documents }]) => [name, documents]),
      );
      writeFileSync(path, packed(archive));
      const lines = Object.entries(archive).map(
        ([name, documents]) => `done dumping ${name} (${documents.length} documents)\n`,
      );
      return { status: 0, err: lines.join('') };
    },
    mongorestore: (args) => {
      const path = flagValue(args, 'archive') ?? '';
      const isDry = args.includes('--dryRun');
      if (!isDry) record(`mongorestore ${path}`);
      if (!existsSync(path)) return failed(`stat ${path}: no such file or directory`);
      const archive = unpacked(path);
      if (!isDry)
        for (const [name, documents] of Object.entries(archive))
          server()
            ?.requireCollection(name)
            .documents.splice(0, Number.POSITIVE_INFINITY, ...documents);
      const count = Object.values(archive).flat().length;
      return {
        status: 0,
        err: `${isDry ? 'dry run completed\n' : ''}${count} document(s) restored successfully. 0 document(s) failed to restore.\n`,
      };
    },
  };
};
