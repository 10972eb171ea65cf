import type { ParsedRequest, ServerReply } from '../http/http-server.ts';

/** A simulated function. */
export interface SimulatedFunction {
  readonly name: string;
  /** Pending, Active, Inactive or Failed. Absent: Active. */
  readonly state?: string;
  readonly stateReason?: string;
  /** Successful, Failed or InProgress. Absent: Successful. */
  readonly lastUpdate?: string;
  reserved?: number;
  /** Queue that it polls. */
  readonly polls?: string;
}

const arnOf = (name: string): string => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`;

const notThere = (name: string): ServerReply => ({
  status: 404,
  json: { Type: 'User', Message: `Function not found: ${arnOf(name)}` },
  headers: { 'x-amzn-errortype': 'ResourceNotFoundException' },
});

const configurationOf = ({
  name,
  state = 'Active',
  stateReason,
  lastUpdate = 'Successful',
}: SimulatedFunction) => ({
  FunctionName: name,
  FunctionArn: arnOf(name),
  Runtime: 'nodejs22.x',
  LastModified: '2026-01-01T00:00:00.000+0000',
  State: state,
  StateReason: stateReason,
  LastUpdateStatus: lastUpdate,
});

const json = (body: unknown): ServerReply => ({ status: 200, json: body });

/** The functions of a simulated account. */
export class FunctionStore {
  readonly functions: readonly SimulatedFunction[];

  constructor(functions: readonly SimulatedFunction[]) {
    this.functions = functions;
  }
}

const concurrencyReply = (
  simulatedFunction: SimulatedFunction,
  { method, body }: ParsedRequest,
): ServerReply => {
  switch (method) {
    case 'PUT':
      simulatedFunction.reserved = Number(JSON.parse(body).ReservedConcurrentExecutions);
      return json({ ReservedConcurrentExecutions: simulatedFunction.reserved });
    case 'DELETE':
      delete simulatedFunction.reserved;
      return { status: 204 };
    default:
      return json(
        simulatedFunction.reserved === undefined
          ? {}
          : { ReservedConcurrentExecutions: simulatedFunction.reserved },
      );
  }
};

/** Lambda in its REST protocol; undefined for another path. Source: AWS, Lambda API Reference. */
export const lambdaReply = ({ functions }: FunctionStore, ask: ParsedRequest): ServerReply | undefined => {
  const [version = '', resource, name, part] = ask.path;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(version)) return undefined;
  if (resource === 'event-source-mappings')
    return json({
      EventSourceMappings: functions.flatMap(({ name: consumer, polls }) =>
        polls === undefined
          ? []
          : [
              {
                UUID: consumer,
                EventSourceArn: `arn:aws:sqs:eu-central-1:123456789012:${polls}`,
                FunctionArn: arnOf(consumer),
                State: 'Enabled',
              },
            ],
      ),
    });
  if (resource !== 'functions') return undefined;
  if (name === undefined) return json({ Functions: functions.map(configurationOf) });
  const simulatedFunction = functions.find((known) => known.name === name);
  if (simulatedFunction === undefined) return notThere(name);
  if (part === 'configuration') return json(configurationOf(simulatedFunction));
  return part === 'concurrency' ? concurrencyReply(simulatedFunction, ask) : undefined;
};
