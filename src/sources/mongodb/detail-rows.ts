import { formatBytes, formatCount } from '../../domain/text/format.ts';
import type { DetailRow } from '../kit/contract/client-feed.ts';
import type { MongoClient } from './client.ts';

/** Reads a detail table. Throws MongoError. */
export type ReadTable = (client: MongoClient, signal: AbortSignal) => Promise<readonly DetailRow[]>;

/** A size; 'unknown' where the server does not report one. */
export const bytesText = (value: number | undefined): string =>
  value === undefined ? 'unknown' : formatBytes(value);

/** A number; 'unknown' where the server does not report one. */
export const countText = (value: number | undefined): string =>
  value === undefined ? 'unknown' : formatCount(value);

/** Joins the parts of a row that are known. */
export const rowText = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(' · ');
