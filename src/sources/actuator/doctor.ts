import { RemediedError } from '../../platform/network/to-fault.ts';
import { checkFinding, type Finding } from '../kit/contract/source.ts';
import { type ActuatorInstance, checkInstanceIdentity, endpointNotExposed } from './instance.ts';

/** Endpoints to check, and their purpose. */
const checkedEndpoints: readonly { readonly endpoint: string; readonly gives: string }[] = [
  { endpoint: 'health', gives: 'Health' },
  { endpoint: 'circuitbreakers', gives: 'Circuit breakers and the operation breaker' },
  { endpoint: 'circuitbreakerevents', gives: 'circuit breaker events' },
  { endpoint: 'metrics', gives: 'Connection pools and all signals' },
  { endpoint: 'info', gives: 'build information' },
  { endpoint: 'loggers', gives: 'log levels and the operation logger' },
];

/** Endpoints that a service may leave unexposed: only details that are read on demand need them. */
const optionalEndpoints: typeof checkedEndpoints = [
  { endpoint: 'threaddump', gives: 'threads in the details of Health' },
  { endpoint: 'env', gives: 'properties in the details of Health' },
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
  const mismatch = await checkInstanceIdentity(instance, signal);
  const identity: readonly Finding[] =
    mismatch === undefined ? [] : [{ source: instance.source, ok: false, what: mismatch.message }];
  const expected = checkedEndpoints.filter(
    ({ endpoint }) => !(endpoint.startsWith('circuitbreaker') && instance.config.breakers === false),
  );
  const logFile = { endpoint: 'logfile', gives: 'a log stream of this instance' };
  const findings = await Promise.all([
    ...[...expected, ...(instance.config.logs ? [logFile] : [])].map((entry) =>
      checkReachable(instance, entry.endpoint, entry.gives, signal),
    ),
    ...optionalEndpoints.map((optionalEndpoint) =>
      checkOptional(instance, optionalEndpoint.endpoint, optionalEndpoint.gives, signal),
    ),
  ]);
  return [...identity, ...findings];
};

const checkOptional = async (
  instance: ActuatorInstance,
  endpoint: string,
  gives: string,
  signal: AbortSignal,
): Promise<Finding> => {
  const finding = await checkReachable(instance, endpoint, gives, signal);
  return finding.ok
    ? finding
    : {
        source: instance.source,
        ok: true,
        what: `${endpoint} on ${instance.where}: not available, so no ${gives}`,
      };
};

const checkReachable = async (
  instance: ActuatorInstance,
  endpoint: string,
  gives: string,
  signal: AbortSignal,
): Promise<Finding> => {
  const { source } = instance;
  const faultOf = (error: unknown) => instance.endpoint.fault(`/${endpoint}`, error);
  return checkFinding(faultOf, async () => {
    const answer = await instance.endpoint.get(`/${endpoint}`, signal);
    if (answer.status < 300 || (endpoint === 'health' && answer.status === 503)) {
      // A login page or a proxy also answers 200.
      if (endpoint !== 'logfile') answer.json();
      return { source, ok: true, what: `${endpoint} on ${instance.where}: provides ${gives}` };
    }
    const { why, remedy } = endpointNotExposed(endpoint);
    throw answer.status === 404
      ? new RemediedError('missing', why, remedy)
      : new RemediedError(
          'denied',
          `answered ${answer.status}`,
          `grant this user read access to ${endpoint}, which provides ${gives}`,
        );
  });
};
