/**
 * `opsdeck/sdk`: the public API for plugins. Its version is `sdkVersion`; docs/how-to/write-a-plugin.md explains it by
 * an example, and docs/reference/sdk-api.md lists every declaration.
 */

// Plugins and their declarations.
export { z } from 'zod';
// Schemas and parsers for profile values.
export { parseDuration } from './domain/duration.ts';
// Sources: the input of `open`, and their output.
export type { AnyFact, Fact, FactKind, FactTypes, Note, Sample } from './domain/facts.ts';
export type { Fault, FaultKind, Millis } from './domain/fault.ts';
export type { SystemFingerprint } from './domain/fingerprint.ts';
// Text formatting, and long work in slices.
export { isoTime } from './domain/format.ts';
export type { GenericAction } from './domain/generic-action.ts';
export type { RecentChange, RecentChangesReading, RecordedChangeKind } from './domain/journal.ts';
// Operations: plan, act, undo.
export type {
  ActEvent,
  Danger,
  OperationCall,
  PermissionResult,
  Plan,
  TargetDrift,
  UndoCall,
} from './domain/operation.ts';
export { PlanError } from './domain/operation.ts';
export { compilePattern } from './domain/pattern.ts';
export type { FeedKind, HistoryRange, HistoryReading, Reading } from './domain/reading.ts';
export { type Matcher, matchesOr } from './domain/regex/matcher.ts';
export type { CommandRow, RowCommand } from './domain/row-command.ts';
export { zDuration, zHttpUrl, zOneOrMore } from './domain/schema.ts';
export type { ChangeIo, ReadIo } from './doors/io.ts';
export type { Alert, AlertState } from './kinds/alerts/fact.ts';
export { recordedAlertStarts } from './kinds/alerts/recorded-starts.ts';
export type { Breaker } from './kinds/breakers/fact.ts';
export { defineKind, type KindDefinition } from './kinds/define-kind.ts';
export { fieldsOf } from './kinds/fields.ts';
export type { Health, HealthStatus } from './kinds/health/fact.ts';
export type { Lag } from './kinds/lag/fact.ts';
export type { PaneColumn, PaneSpecOf } from './kinds/pane-registry.ts';
export type { Pool } from './kinds/pools/fact.ts';
export type { DbSession } from './kinds/sessions/fact.ts';
export type { Workload } from './kinds/workloads/fact.ts';
export type { Tail } from './logs/reading/tail.ts';
export { nextTurn } from './platform/async.ts';
export type { Clock } from './platform/clock.ts';
// Sources over HTTP: config, address, identity.
export type { HttpAnswer } from './platform/network/http-messages.ts';
export { statusError, statusText } from './platform/network/status.ts';
export { clipped, oneLine } from './platform/terminal/sanitize.ts';
export { RemediedError, toFault } from './platform/to-fault.ts';
// Failures: thrown as WireError, shown as Fault.
export { WireError } from './platform/wire-error.ts';
export { definePane, definePlugin, defineSource, type Plugin } from './plugins/plugin.ts';
export { sdkVersion } from './plugins/sdk-version.ts';
export {
  endpointsByName,
  httpConnectionShape,
  httpReadingAccess,
  routeToFirst,
  staleAfter,
  tlsForEndpoint,
  urlAtEndpoint,
} from './sources/connection.ts';
export {
  declarationsOf,
  declareOperation,
  defineOperation,
  type OperationDefinition,
  type OperationSpec,
} from './sources/define-operation.ts';
export { type Endpoint, limitSeries, openEndpoint } from './sources/endpoint.ts';
export {
  instancePart,
  mergeFingerprints,
  processFingerprint,
  readInstancePart,
} from './sources/fingerprint.ts';
export { identityFault } from './sources/identity.ts';
export {
  type LabelMatcher,
  matcherText,
  matcherToProfile,
  parseMatchers,
  zLabelMatchers,
} from './sources/label-matchers.ts';
export type {
  Feed,
  Finding,
  Operation,
  RouteEndpoint,
  SignalRequest,
  Source,
  SourceModule,
  SourceOptions,
} from './sources/source.ts';
export { onDemandStaleMs } from './sources/source.ts';
// Parsing of untrusted responses.
export {
  alertRunbook,
  alertSummary,
  entries,
  field,
  list,
  parseRfc3339,
  stringMapOf,
  text,
} from './sources/wire-value.ts';
