import { statusError } from '../../platform/network/status.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { type DoctorCheck, failedFinding, failedResult, runChecks } from '../kit/contract/doctor-checks.ts';
import type { Finding } from '../kit/contract/source.ts';
import { type ActuatorInstance, checkInstanceIdentity, endpointNotExposed } from './instance.ts';

/** An endpoint to check, and its purpose. */
interface CheckedEndpoint {
  readonly endpoint: string;
  readonly gives: string;
  /** True: a service may leave it unexposed, because only details that are read on demand need it. */
  readonly isOptional?: true;
}

const checkedEndpoints: readonly CheckedEndpoint[] = [
  { endpoint: 'health', gives: 'Health' },
  { endpoint: 'circuitbreakers', gives: 'circuit breakers and the operation breaker' },
  { endpoint: 'circuitbreakerevents', gives: 'circuit breaker events' },
  { endpoint: 'metrics', gives: 'connection pools and all signals' },
  { endpoint: 'info', gives: 'build information' },
  { endpoint: 'loggers', gives: 'log levels and the operation logger' },
  { endpoint: 'logfile', gives: 'a log stream of this instance' },
  { endpoint: 'threaddump', gives: 'threads in the details of Health', isOptional: true },
  { endpoint: 'env', gives: 'properties in the details of Health', isOptional: true },
];

/** Examines every instance: its identity, and which endpoints are exposed. */
export const diagnoseActuator = async (
  instances: readonly ActuatorInstance[],
  signal: AbortSignal,
): Promise<readonly Finding[]> =>
  (await Promise.all(instances.map((instance) => instanceFindings(instance, signal)))).flat();

const instanceFindings = async (
  instance: ActuatorInstance,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source, config } = instance;
  const mismatch = await checkInstanceIdentity(instance, signal);
  const checks = checkedEndpoints
    .filter(({ endpoint }) => config.breakers !== false || !endpoint.startsWith('circuitbreaker'))
    .filter(({ endpoint }) => config.logs || endpoint !== 'logfile')
    .map((checked) => endpointCheck(instance, checked));
  const fault = (call: string, error: unknown) => instance.endpoint.fault(call, error);
  return [
    ...(mismatch === undefined ? [] : [failedFinding({ source, message: mismatch.message })]),
    ...(await runChecks({ source, fault }, checks, signal)),
  ];
};

const endpointCheck = (
  instance: ActuatorInstance,
  { endpoint, gives, isOptional }: CheckedEndpoint,
): DoctorCheck => ({
  call: `/${endpoint}`,
  run: async (signal) => {
    const answer = await instance.endpoint.get(`/${endpoint}`, signal);
    if (answer.status < 300 || (endpoint === 'health' && answer.status === 503)) {
      // A login page or a proxy also answers 200.
      if (endpoint !== 'logfile') answer.json();
      return `${endpoint} on ${instance.where}: provides ${gives}`;
    }
    const { why, remedy } = endpointNotExposed(endpoint);
    if (answer.status === 404) throw new RemediedError('missing', why, remedy);
    const error = statusError(answer, instance.wallNow());
    if (error?.kind !== 'denied') throw error;
    throw new RemediedError(
      'denied',
      error.message,
      `grant this user read access to ${endpoint}, which provides ${gives}`,
    );
  },
  ...(isOptional && {
    // A service that does not answer at all says nothing about what it exposes.
    failed: (failure) =>
      failure.kind === 'missing' || failure.kind === 'denied'
        ? `${instance.where} does not expose the endpoint ${endpoint}, so opsdeck cannot show ${gives}`
        : failedResult(failure),
  }),
});
