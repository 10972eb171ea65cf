/**
 * `opsdeck/sdk`: the public API for plugins. Its version is `sdkVersion`; docs/how-to/write-a-plugin.md explains it by
 * an example, and docs/reference/sdk-api.md lists every declaration.
 */

// Plugins and their declarations.
export { z } from 'zod';
export type { Fault, FaultKind, Millis } from './domain/base/fault.ts';
// Sources: the input of `open`, and their output.
export type {
  AnyFact,
  Fact,
  FactKind,
  FactTypes,
  MetricDescription,
  Note,
  Sample,
  ValueOrigin,
} from './domain/facts/facts.ts';
export type { SystemFingerprint } from './domain/facts/fingerprint.ts';
export type { RecentChange, RecentChangesReading, RecordedChangeKind } from './domain/facts/journal.ts';
export type { FeedKind, HistoryRange, HistoryReading, Reading } from './domain/facts/reading.ts';
export type { CommandRow, RowCommand } from './domain/facts/row-command.ts';
export { zDuration, zHttpUrl, zOneOrMore } from './domain/facts/schema.ts';
export { type Matcher, matchesOr } from './domain/regex/matcher.ts';
export { compilePattern } from './domain/regex/pattern.ts';
export type { GenericAction } from './domain/runbooks/generic-action.ts';
// Operations: plan, act, undo.
export type {
  ActEvent,
  Danger,
  OperationCall,
  PermissionResult,
  Plan,
  TargetDrift,
  UndoCall,
} from './domain/runbooks/operation.ts';
export { PlanError } from './domain/runbooks/operation.ts';
// Schemas and parsers for profile values.
export { parseDuration } from './domain/text/duration.ts';
// Text formatting, and long work in slices.
export { isoTime } from './domain/text/format.ts';
export type { ChangeIo, ReadIo } from './doors/io.ts';
export type { Alert, AlertState } from './kinds/alerts/fact.ts';
export { recordedAlertStarts } from './kinds/alerts/recorded-starts.ts';
export type { Breaker } from './kinds/breakers/fact.ts';
export { defineKind, type KindDefinition } from './kinds/define/define-kind.ts';
export { fieldsOf } from './kinds/define/fields.ts';
export type { PaneColumn, PaneSpecOf } from './kinds/define/pane-registry.ts';
export type { Health, HealthStatus } from './kinds/health/fact.ts';
export type { Lag } from './kinds/lag/fact.ts';
export type { Pool } from './kinds/pools/fact.ts';
export type { DbSession } from './kinds/sessions/fact.ts';
export type { Workload } from './kinds/workloads/fact.ts';
export type { Tail } from './logs/reading/tail.ts';
export { clipped, oneLine } from './platform/masking/sanitize.ts';
// Sources over HTTP: config, address, identity.
export type { HttpAnswer } from './platform/network/http-messages.ts';
export { statusError, statusText } from './platform/network/status.ts';
export { RemediedError, toFault } from './platform/network/to-fault.ts';
export { nextTurn } from './platform/runtime/async.ts';
export type { Clock } from './platform/runtime/clock.ts';
// Failures: thrown as WireError, shown as Fault.
export { WireError } from './platform/runtime/wire-error.ts';
export { definePane, definePlugin, defineSource, type Plugin } from './plugins/plugin.ts';
export { sdkVersion } from './plugins/sdk-version.ts';
export {
  apiServerShape,
  getCommand,
  requireServiceUrl,
  withKubeconfigOf,
} from './sources/kit/contract/api-server.ts';
export {
  endpointsByName,
  httpConnectionShape,
  httpReadingAccess,
  routeToFirst,
  staleAfter,
  tlsForEndpoint,
  urlAtEndpoint,
} from './sources/kit/contract/connection.ts';
export {
  type CheckResult,
  type DoctorCheck,
  lacking,
  runChecks,
} from './sources/kit/contract/doctor-checks.ts';
export { type Endpoint, limitSeries, openEndpoint } from './sources/kit/contract/endpoint.ts';
export {
  instancePart,
  mergeFingerprints,
  processFingerprint,
  readInstancePart,
} from './sources/kit/contract/fingerprint.ts';
export { identityFault } from './sources/kit/contract/identity.ts';
export type {
  Feed,
  Finding,
  Operation,
  RouteEndpoint,
  SignalRequest,
  Source,
  SourceModule,
  SourceOptions,
} from './sources/kit/contract/source.ts';
export { onDemandStaleMs } from './sources/kit/contract/source.ts';
export {
  declarationsOf,
  declareOperation,
  defineOperation,
  type OperationDefinition,
  type OperationSpec,
} from './sources/kit/operations/define-operation.ts';
export {
  type LabelMatcher,
  matcherText,
  matcherToProfile,
  parseMatchers,
  zLabelMatchers,
} from './sources/kit/values/label-matchers.ts';
// Parsing of untrusted responses.
export {
  alertDescription,
  alertRunbook,
  alertSummary,
  entries,
  field,
  list,
  parseRfc3339,
  stringMapOf,
  text,
} from './sources/kit/values/wire-value.ts';
