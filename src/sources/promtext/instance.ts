import {
  type Endpoint,
  type Fault,
  type Feed,
  type FeedKind,
  type Millis,
  openEndpoint,
  type ReadIo,
  staleAfter,
} from '../../sdk.ts';
import { addressesOf, type PromtextConfig } from './config.ts';

/** One exposition page. */
export interface Instance {
  readonly source: string;
  /** '' for the only one. */
  readonly name: string;
  /** 'shop at http://10.0.0.7:8081/actuator/prometheus' */
  readonly where: string;
  readonly endpoint: Endpoint;
  readonly config: PromtextConfig;
  now(): Millis;
  /** Now on the machine's own clock, which servers' dates are compared with. */
  wallNow(): Millis;
  /** A failure to read the page. */
  fault(error: unknown): Fault;
}

export const openInstances = (source: string, config: PromtextConfig, io: ReadIo): readonly Instance[] =>
  addressesOf(config).map(({ name, url }) => {
    const { auth, tls } = config;
    const endpoint = openEndpoint(
      source,
      { url, ...(auth === undefined ? {} : { auth }), ...(tls === undefined ? {} : { tls }) },
      io,
    );
    return {
      source,
      name,
      where: `${name || (config.service ?? source)} at ${endpoint.url('')}`,
      endpoint,
      config,
      now: () => io.clock.now(),
      wallNow: () => io.clock.now() + io.clock.wallOffset(),
      fault: (error) => endpoint.fault('', error),
    };
  });

/** What a feed of an instance needs besides how to read it. */
export interface FeedWords {
  readonly name: string;
  readonly kind: FeedKind;
  readonly signals?: readonly string[];
  readonly needsTwo?: boolean;
  /** Read only when somebody asks. */
  readonly onDemand?: boolean;
}

/** What an answer read on demand is worth: minutes, since nobody reads it again by itself. */
const onDemandStaleMs = 300_000;

export const feedOf = (
  { source, name, config }: Instance,
  { name: feed, kind, signals, needsTwo, onDemand = false }: FeedWords,
  read: Feed['read'],
): Feed => ({
  id: `${source}/${feed}${name === '' ? '' : `@${name}`}`,
  source,
  name: feed,
  kind,
  ...(name === '' ? {} : { instance: name }),
  ...(signals === undefined ? {} : { signals }),
  ...(needsTwo === undefined ? {} : { needsTwo }),
  everyMs: onDemand ? 0 : config.every,
  staleMs: onDemand ? onDemandStaleMs : staleAfter(config.every),
  timeoutMs: config.timeout,
  read,
});
