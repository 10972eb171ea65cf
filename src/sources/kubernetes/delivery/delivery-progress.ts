import { type DeliveryResource, deliveryResources } from '../api/delivery-resources.ts';
import { applicationStatus } from './application.ts';
import { fluxStatus, isFluxPending } from './flux.ts';

/** Progress of a sync or a reconciliation. */
export interface DeliveryProgress {
  readonly is: 'going' | 'done' | 'failed';
  readonly words: string;
}

/** Splits 'application/shop'; undefined for an object that delivers nothing. */
const parseDeliveryRef = (
  object: string,
): { readonly kind: DeliveryResource; readonly name: string } | undefined => {
  const [word = '', name = ''] = object.split('/');
  const kind = Object.keys(deliveryResources).find((key): key is DeliveryResource => key === word);
  return kind === undefined || name === '' ? undefined : { kind, name };
};

/** `since`: start of the operation before; '' without one. The status of that one says nothing about the new one. */
const syncProgress = (raw: unknown, since: string): DeliveryProgress => {
  const { phase, message, startedAt, isOperating, sync, health } = applicationStatus(raw);
  const said = message === '' ? '' : `: ${message}`;
  if (startedAt === since) return { is: 'going', words: 'not started' };
  if (isOperating) return { is: 'going', words: `${phase || 'requested'}${said}` };
  if (phase !== 'Succeeded') return { is: 'failed', words: `${phase}${said}` };
  return sync === 'Synced'
    ? { is: 'done', words: `Succeeded, Synced, ${health}` }
    : { is: 'going', words: `Succeeded, ${sync}` };
};

/** `since`: the requested time, which the controller repeats when it has handled the request. */
const reconcileProgress = (
  kind: 'kustomization' | 'helmrelease',
  raw: unknown,
  since: string,
): DeliveryProgress => {
  const flux = fluxStatus(kind, raw);
  const { handled, ready, delivered } = flux;
  if (handled !== since) return { is: 'going', words: 'not handled' };
  if (flux.isObserved && ready?.status === 'False')
    return { is: 'failed', words: `${ready.reason}: ${ready.message}` };
  if (isFluxPending(flux)) return { is: 'going', words: 'reconciling' };
  return { is: 'done', words: delivered === '' ? 'Ready' : `Ready, revision ${delivered}` };
};

/** Progress of the operation that a change has requested; undefined for any other object. */
export const deliveryProgress = (
  object: string,
  raw: unknown,
  since: string,
): DeliveryProgress | undefined => {
  const named = parseDeliveryRef(object);
  if (named === undefined) return undefined;
  return named.kind === 'application' ? syncProgress(raw, since) : reconcileProgress(named.kind, raw, since);
};
