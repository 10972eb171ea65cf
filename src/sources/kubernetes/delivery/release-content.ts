import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { parseJsonInTurns } from '../../../platform/network/bounded-json.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import { nestedText } from './delivery-summary.ts';

/** The parts of a revision of a Helm release. */
export interface ReleaseContent {
  /** 'ingress-nginx 4.11.2'; '' if the release does not say it. */
  readonly chart: string;
  /** The version of what the chart installs; '' if it does not say it. */
  readonly appVersion: string;
  /** The values that were given to `helm`, without the chart's own. */
  readonly values: unknown;
  /** The rendered objects of the chart as YAML documents, without its hooks. */
  readonly manifest: string;
  /** The words of Helm on the operation that made it: 'Rollback to 2'. */
  readonly description: string;
}

/** A Secret has at most 1 MiB; templates and manifests are compressed to about a tenth. */
const maxContentBytes = 32 * 1024 * 1024;

const unpack = promisify(gunzip);

const malformed = (why: string): WireError =>
  new WireError('malformed', `the Secret of the Helm release has ${why}`);

/** JSON is stored compressed; releases of early versions of Helm are not. */
const isCompressed = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;

/**
 * Reads the Secret of one revision. Throws WireError `malformed`.
 * Source: helm.sh/helm, pkg/storage/driver/util.go (base64 of the JSON in gzip), within the base64 of the Secret.
 */
export const parseReleaseContent = async (raw: unknown): Promise<ReleaseContent> => {
  const stored = text(field(field(raw, 'data'), 'release'));
  if (stored === undefined) throw malformed('no key named release');
  const packed = Buffer.from(Buffer.from(stored, 'base64').toString('latin1'), 'base64');
  let json: string;
  try {
    json = (
      isCompressed(packed) ? await unpack(packed, { maxOutputLength: maxContentBytes }) : packed
    ).toString();
  } catch {
    throw malformed(`a content that cannot be unpacked within ${maxContentBytes / 1024 / 1024} MiB`);
  }
  let release: unknown;
  try {
    release = await parseJsonInTurns(json);
  } catch {
    throw malformed('a content that is not JSON');
  }
  const chart = [
    nestedText(release, 'chart', 'metadata', 'name'),
    nestedText(release, 'chart', 'metadata', 'version'),
  ];
  return {
    chart: chart.filter((part) => part !== '').join(' '),
    appVersion: nestedText(release, 'chart', 'metadata', 'appVersion'),
    values: field(release, 'config') ?? {},
    manifest: nestedText(release, 'manifest'),
    description: nestedText(release, 'info', 'description'),
  };
};
