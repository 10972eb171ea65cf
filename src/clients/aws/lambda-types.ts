import type { Client } from '../../platform/protocol.ts';

/** The state of a function. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  /** Pending, Active, Inactive or Failed. */
  readonly state?: string;
  readonly stateReason?: string;
  /** Successful, Failed or InProgress. */
  readonly lastUpdate?: string;
  readonly lastUpdateReason?: string;
  readonly runtime?: string;
}

/** A function that polls a queue or a stream. */
export interface EventSourceMapping {
  /** ARN of the queue or stream. */
  readonly sourceArn: string;
  readonly functionName: string;
  /** Enabled, Disabled, Creating … */
  readonly state: string;
}

/** Reads of Lambda. Every call throws WireError. */
export interface LambdaReader extends Client {
  /** Returns the names of all functions, at most `most` and one page more. */
  names(most: number, signal: AbortSignal): Promise<readonly string[]>;
  configuration(name: string, signal: AbortSignal): Promise<LambdaFunction>;
  /** Returns the reserved concurrency; undefined when the function uses the pool of the account. */
  reserved(name: string, signal: AbortSignal): Promise<number | undefined>;
  mappings(signal: AbortSignal): Promise<readonly EventSourceMapping[]>;
}

/** Sets the reserved concurrency of a function. Without `reserved`: removes it. */
export interface ConcurrencyChange {
  readonly function: string;
  readonly reserved?: number;
}
