import { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import type { ReadIo } from '../../doors/io.ts';
import { urlUnder } from '../../platform/network/url-under.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { AwsConfig } from './account/config.ts';
import type { AwsContext } from './account/context.ts';

/** `GET /_localstack/info`: the id of the process and its age in seconds. Source: LocalStack docs, internal endpoints. */
const infoPath = '/_localstack/info';
const zInfo = z.object({ session_id: z.string().min(1), uptime: z.number().nonnegative().exactOptional() });

/** True: no answer, so that nothing is known about who would have answered. */
const isSilence = (error: unknown): boolean =>
  error instanceof WireError && ['unreachable', 'timeout', 'cancelled'].includes(error.kind);

/** The process of an emulator: every one of them has the same account. Other endpoints do not have this page. */
const emulatorOf = async (
  { endpoint, tls }: Pick<AwsConfig, 'endpoint' | 'tls'>,
  io: ReadIo,
  signal: AbortSignal,
): Promise<Pick<SystemFingerprint, 'parts' | 'ages'>> => {
  if (endpoint === undefined) return { parts: {} };
  try {
    const url = urlUnder(endpoint, infoPath);
    const answer = await io.get({ url, ...defined({ tls }) }, signal);
    const info = answer.status === 200 ? zInfo.safeParse(answer.json()) : undefined;
    if (info?.success !== true) return { parts: {} };
    const { session_id: session, uptime } = info.data;
    return {
      parts: { session },
      ...(uptime === undefined ? {} : { ages: { session: 1000 * uptime } }),
    };
  } catch (error) {
    if (signal.aborted || isSilence(error)) throw error;
    return { parts: {} };
  }
};

/** Reads who answers: the account, the region or endpoint, and the process of an emulator. */
export const readAwsFingerprint = async (
  { reader, place }: AwsContext,
  config: AwsConfig,
  io: ReadIo,
  signal: AbortSignal,
): Promise<SystemFingerprint> => {
  const [{ account }, emulator] = await Promise.all([
    reader.identity(signal),
    emulatorOf(config, io, signal),
  ]);
  return {
    ...emulator,
    parts: { account: `*${account.slice(-4)}`, region: place, ...emulator.parts },
  };
};
