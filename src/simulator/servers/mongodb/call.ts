import type { MongoConnection, MongoServer } from '../../model/mongodb/mongo-server.ts';
import type { StoredDocument } from '../../model/spec/mongodb.ts';
import type { RecordChange } from '../http/change-request-log.ts';

/** A command in progress. */
export interface MongoCall {
  readonly server: MongoServer;
  readonly connection: MongoConnection;
  /** Open cursors of all connections. */
  readonly cursors: Map<string, readonly StoredDocument[]>;
  readonly command: StoredDocument;
  readonly database: string;
  readonly record: RecordChange;
  /** Waits on the simulated clock. */
  sleep(ms: number): Promise<void>;
}

export type MongoHandler = (call: MongoCall) => StoredDocument | Promise<StoredDocument>;
