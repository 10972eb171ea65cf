import { gunzipSync, gzipSync } from 'node:zlib';
import type { MongoServer } from '../../model/mongodb/mongo-server.ts';
import type { StoredDocument } from '../../model/spec/mongodb.ts';
import type { ToolOutput } from './file-tools.ts';

type Archive = Readonly<Record<string, readonly StoredDocument[]>>;

/** Dates keep their type in an archive. */
const packed = (archive: Archive): Buffer =>
  Buffer.from(
    JSON.stringify(archive, function (this: StoredDocument, key, value: unknown) {
      const raw = this[key];
      return raw instanceof Date ? { $date: raw.toISOString() } : value;
    }),
  );

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const unpacked = (bytes: Uint8Array): Archive =>
  JSON.parse(Buffer.from(isGzip(bytes) ? gunzipSync(bytes) : bytes).toString('utf8'), (_, value: unknown) =>
    typeof value === 'object' && value !== null && '$date' in value ? new Date(String(value.$date)) : value,
  );

/** The archive of these collections, by namespace, as mongodump with --gzip writes it. */
export const mongoArchive = (archive: Archive): Buffer => gzipSync(packed(archive));

const failed = (err: string): ToolOutput => ({ err: `Failed: ${err}\n`, code: 1 });
const noServer = failed('could not connect to server: server selection error: connection refused');

/** mongodump(1): `--archive` on stdout, with --gzip and --db. Source: MongoDB Database Tools, reference. */
export const mongodump = (args: readonly string[], server: MongoServer): ToolOutput => {
  if (!args.includes('--archive')) return failed('the simulator writes only --archive to stdout');
  if (!server.isUp) return noServer;
  const database = args[args.indexOf('--db') + 1] ?? server.spec.database;
  const archive = Object.fromEntries(
    [...server.collections]
      .filter(([name]) => name.startsWith(`${database}.`))
      .map(([name, { documents }]) => [name, documents] as const),
  );
  const lines = Object.entries(archive).map(
    ([name, documents]) => `done dumping ${name} (${documents.length} documents)\n`,
  );
  return {
    out: args.includes('--gzip') ? mongoArchive(archive) : packed(archive),
    err: lines.join(''),
    code: 0,
  };
};

/** mongorestore(1): `--archive` on stdin, with --drop and --dryRun. An archive that ends early is refused before any change. */
export const mongorestore = (args: readonly string[], input: Uint8Array, server: MongoServer): ToolOutput => {
  if (!args.includes('--archive')) return failed('the simulator reads only --archive from stdin');
  if (!server.isUp) return noServer;
  let archive: Archive;
  try {
    archive = unpacked(input);
  } catch {
    return failed('archive parser: unexpected EOF');
  }
  const count = Object.values(archive).flat().length;
  if (args.includes('--dryRun')) return { err: `dry run completed\n${count} documents found\n`, code: 0 };
  for (const [name, documents] of Object.entries(archive)) {
    if (args.includes('--drop')) server.recreate(name);
    server.requireCollection(name).documents.push(...documents);
  }
  return { err: `${count} document(s) restored successfully. 0 document(s) failed to restore.\n`, code: 0 };
};
