import { type KubernetesReader, kubernetesReads } from '../../clients/kubernetes/reading.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { type ClusterLogin, loginOf } from './cluster-reads.ts';

/** A response is handed on while it is as fresh as one that is requested now; a later reading asks again. */
const keptMs: Millis = 3000;

/** Responses of a cluster that were read while systems were looked for. Each is handed on once, to the first read of its path. */
export interface KnownAnswers {
  put(login: ClusterLogin, path: string, answer: HttpAnswer): void;
  take(login: ClusterLogin, path: string): HttpAnswer | undefined;
}

/** Creates an empty store of responses. */
export const createKnownAnswers = (clock: Pick<Clock, 'now'>): KnownAnswers => {
  const answers = new Map<string, { readonly answer: HttpAnswer; readonly readAt: Millis }>();
  const keyOf = ({ context = '', kubeconfig = '' }: ClusterLogin, path: string): string =>
    [context, kubeconfig, path].join('\n');
  return {
    put: (login, path, answer) => void answers.set(keyOf(login, path), { answer, readAt: clock.now() }),
    take: (login, path) => {
      const key = keyOf(login, path);
      const known = answers.get(key);
      answers.delete(key);
      return known === undefined || clock.now() - known.readAt > keptMs ? undefined : known.answer;
    },
  };
};

/**
 * An io whose clusters begin with the responses that are known already: a list that was read a moment ago is not requested again,
 * and a watch continues from its version.
 */
export const withKnownAnswers = (io: ReadIo, known: KnownAnswers): ReadIo => {
  const open = (...[protocol, target]: Parameters<ReadIo['open']>): unknown => {
    const client = io.open(protocol, target);
    if ((protocol as unknown) !== kubernetesReads) return client;
    const reader = client as KubernetesReader;
    const get: KubernetesReader['get'] = async (path, signal, maxBytes) =>
      known.take(loginOf(target), path) ?? (await reader.get(path, signal, maxBytes));
    return { ...reader, get };
  };
  // The wrapper returns what the protocol declares.
  return { ...io, open: open as ReadIo['open'] };
};
