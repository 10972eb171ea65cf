import type { Snapshot } from '../../domain/facts/snapshot.ts';
import { type DeclaredIncident, isOpenIncident } from '../../domain/incidents/declared-incident.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { recordScope } from '../../domain/profile/record-scope.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { engineIncidentTitle, engineSentence } from '../../engine/situation.ts';
import { severityEvidence } from '../../incidents/evidence.ts';
import { duePostMortem } from '../../incidents/incident-progress.ts';
import {
  handoverMarkdown,
  incidentJson,
  postMortemMarkdown,
  updateText,
} from '../../incidents/incident-reports.ts';
import { declaredEvent, declareWithSignals, isPostable } from '../../incidents/record-changes.ts';
import { suggestSeverity } from '../../incidents/suggest-severity.ts';
import { didYouMean } from '../../profile/document/diagnostics.ts';
import { conflictingOptions } from '../command/conflicting-options.ts';
import { notStoredExit, UsageError } from '../command/exit-code.ts';
import { stateFailureText } from '../command/state-failure.ts';
import { searchProfilesUnambiguous } from '../opening/choose-profile.ts';
import type { SubCommand } from '../opening/command-invocation.ts';
import { withEnvironment } from '../opening/open-environment.ts';
import { elsewhereNotice } from '../state/shared-environments.ts';
import { checkedResolution } from './check-resolution.ts';
import type { IncidentAction, IncidentFlags } from './flags.ts';
import { incidentEventOf } from './incident-events.ts';
import {
  chosenIncident,
  type IncidentCall,
  incidentAuthor,
  incidentPlanOf,
  isIncidentHere,
  type PlacedIncidentCall,
  readIncidentRecords,
  withIncidentPlace,
  withIncidentPlan,
  withIncidentSends,
} from './incident-records.ts';
import { listLines, showLines } from './incident-text.ts';
import { notPostedNotice, postUpdate, updatePosting } from './post-update.ts';

/** The severity of a new incident: as given, or else of the present findings. Throws a UsageError. */
const severityFor = (
  { severity: model, system }: Profile,
  snapshot: Snapshot,
  { severity: given, reason }: IncidentFlags,
): { readonly severity: string; readonly reason: string } => {
  const suggested = suggestSeverity(model, severityEvidence(snapshot));
  const ids = model?.severities.map(({ id }) => id) ?? [];
  if (given === undefined) {
    if (suggested === undefined && ids.length > 0)
      throw new UsageError(`no finding suggests a severity. Choose one with --severity (${ids.join(', ')})`);
    return { severity: suggested?.severity.id ?? '', reason: reason ?? suggested?.reason ?? '' };
  }
  if (ids.length === 0)
    throw new UsageError(`the profile of ${system} defines no severities. Remove --severity`);
  if (!ids.includes(given))
    throw new UsageError(`unknown severity ${given}. ${sentenceCase(didYouMean(given, ids))}`);
  const known = given === suggested?.severity.id ? suggested.reason : '';
  return { severity: given, reason: reason ?? known };
};

const declare = async (call: IncidentCall): Promise<number> => {
  const { options, context, output } = call;
  const given = (options.title ?? call.args.slice(1).join(' ')).trim();
  const until = context.startedAt + options.timeout;
  return withEnvironment(context, { memory: false, until }, async ({ profile, engine, simulator, state }) => {
    await state.open({ follows: false });
    await engine.readOnce(Math.max(0, until - context.clock.now()), undefined, options.timeout);
    const me = incidentAuthor();
    const { impact = '', services = '', commander = me } = options;
    const title = given === '' ? engineIncidentTitle({ profile, engine }) : given;
    if (title === '')
      throw new UsageError(
        'the incident needs a title, because opsdeck sees no problem that could give a title: opsdeck incident declare --title TEXT',
      );
    const severity = severityFor(profile, engine.snapshot(), options);
    const event = declaredEvent(recordScope(profile, simulator !== undefined), {
      ...{
        title,
        impact,
        services,
        commander,
        situation: engineSentence({ profile, engine }, context.clock),
      },
      ...severity,
    });
    let id: string;
    try {
      id = await declareWithSignals(state.incidents, event, {
        who: me,
        wallNow: call.context.clock.wallNow,
        snapshot: engine.snapshot,
      });
    } catch (error) {
      const known = stateFailureText(error, context.stateDir);
      if (known === undefined) throw error;
      output.error(`opsdeck: the incident was not declared: ${known}`);
      return notStoredExit;
    }
    const incident = (await readIncidentRecords(call, state.incidents)).find(
      (incidentRecord) => incidentRecord.id === id,
    );
    if (incident !== undefined)
      output.lines(showLines(incident, incidentPlanOf(profile), call.context.clock.wallNow()));
    return 0;
  });
};

/** Throws a UsageError for words after an action that records none: most likely another spelling of an ID. */
const refuseText = (action: IncidentAction, { id }: DeclaredIncident, text: string): void => {
  if (text.trim() !== '')
    throw new UsageError(`"${text}" is not an incident ID. Write opsdeck incident ${action} ${id}.`);
};

const add = async (call: PlacedIncidentCall, action: IncidentAction): Promise<number> => {
  const { incident, text } = await chosenIncident(call, call.args.slice(1));
  if (action === 'ack') refuseText(action, incident, text);
  return withIncidentPlan(call, incident, async (plan, profile) => {
    const { incident: response } = profile;
    const incidentEvent = incidentEventOf(action, call, incident, plan, text);
    const event =
      incidentEvent.event === 'status'
        ? await checkedResolution(call, incident, incidentEvent)
        : incidentEvent;
    if (event === undefined) return notStoredExit;
    let changed: DeclaredIncident;
    try {
      changed = await call.place.files.append(
        incident.id,
        incidentAuthor(),
        call.context.clock.wallNow(),
        () => [event],
      );
    } catch (error) {
      call.output.error(
        `opsdeck: cannot add to ${incident.id}: ${stateFailureText(error, call.context.stateDir) ?? errorMessage(error)}`,
      );
      return notStoredExit;
    }
    if (event.event === 'update')
      call.output.lines(updateText(changed, event.text, response?.updates?.template).split('\n'));
    else call.output.lines(showLines(changed, plan, call.context.clock.wallNow()));
    const notice =
      isPostable(event) && call.options.post !== true ? notPostedNotice(changed, profile) : undefined;
    if (notice !== undefined) call.output.error(`opsdeck: ${notice}`);
    return 0;
  });
};

const print = async (
  call: PlacedIncidentCall,
  action: 'show' | 'handover' | 'post-mortem',
): Promise<number> => {
  const { incident: stored, text } = await chosenIncident(call, call.args.slice(1));
  refuseText(action, stored, text);
  return withIncidentPlan(call, stored, async (plan, profile) => {
    const incident = await withIncidentSends(call, stored, profile);
    const now = call.context.clock.wallNow();
    const { output, options } = call;
    if (options.json === true) output.json(incidentJson(incident, plan, now), true);
    else if (action === 'show') {
      output.lines(showLines(incident, plan, now));
      output.lines(['', ...timelineText(incident)]);
    } else
      output.lines(
        (action === 'handover' ? handoverMarkdown : postMortemMarkdown)(incident, plan, now).split('\n'),
      );
    return 0;
  });
};

const timelineText = ({ timeline }: DeclaredIncident): readonly string[] =>
  timeline.flatMap(({ at, word, text, who: by, details = [] }) => [
    `${new Date(at).toISOString().slice(11, 19)} ${word.padEnd(12)} ${text}${by === '' ? '' : `  (${by})`}`,
    ...details.map((line) => `${' '.repeat(24)}${line}`),
  ]);

const list = async (call: PlacedIncidentCall): Promise<number> => {
  const { options, output, place } = call;
  const all = await readIncidentRecords(call, place.files);
  const notice = elsewhereNotice('incidents', place);
  if (notice !== undefined) output.error(`opsdeck: ${notice}`);
  // A resolved incident is listed until its post-mortem is finished.
  const isDue = (declaredIncident: DeclaredIncident): boolean =>
    isOpenIncident(declaredIncident) || duePostMortem(declaredIncident) !== undefined;
  const shown = all.filter(
    (declaredIncident) =>
      options.all === true || (isDue(declaredIncident) && isIncidentHere(call, declaredIncident)),
  );
  if (options.json === true) {
    output.json(
      shown.map((declaredIncident) => incidentJson(declaredIncident, {}, call.context.clock.wallNow())),
    );
    return 0;
  }
  if (shown.length === 0)
    output.line(
      all.length === 0
        ? 'no incidents'
        : 'no incidents are open, and no post-mortems are due. To list the others, use --all',
    );
  else output.lines(listLines(shown, call.context.clock.wallNow()));
  return 0;
};

/** Records an update or a status, and with `--post` posts its text. What was sent before is known first. */
const addAndPost = async (call: IncidentCall, action: 'update' | 'status'): Promise<number> => {
  const { post, to, arm, confirm, dryRun } = call.options;
  if (post !== true) {
    if (arm !== undefined || confirm !== undefined || dryRun !== undefined)
      throw new UsageError(
        '--arm, --confirm and --dry-run work only with --post. Add --post, or remove them',
      );
    return withIncidentPlace(call, (placed) => add(placed, action));
  }
  if (to !== undefined)
    throw conflictingOptions('--to', '--post', '--to records where you have posted the text yourself');
  const { incident, text } = await withIncidentPlace(call, async (placed) => {
    const meant = await chosenIncident(placed, call.args.slice(1));
    return { incident: meant.incident.id, text: meant.text };
  });
  if (action === 'status' && !/\S\s+\S/.test(text))
    throw new UsageError('missing text to post: opsdeck incident status [ID] STATUS TEXT --post');
  if (text.trim() !== '') {
    const stored = await withIncidentPlace(call, (placed) =>
      add({ ...placed, args: [action, incident, text] }, action),
    );
    if (stored !== 0) return stored;
  }
  const latest = () =>
    withIncidentPlace(call, async (placed) => {
      const { incident: stored } = await chosenIncident(placed, [incident]);
      return withIncidentPlan(placed, stored, async (_, profile) => ({
        known: await withIncidentSends(placed, stored, profile),
        profile,
      }));
    });
  const { known, profile } = await latest();
  const code = await postUpdate(call, updatePosting(known, profile));
  // Its outcome belongs to the record at once, not only when a cockpit or the next command reads it.
  await latest();
  return code;
};

/** `opsdeck incident`: declares an incident, adds to its record, and writes its documents. */
export const incident: SubCommand<IncidentFlags> = async (call) => {
  const action = call.args[0] as IncidentAction;
  // Names in the profiles are needed to tell which environments exist.
  await searchProfilesUnambiguous(call.context);
  switch (action) {
    case 'list':
      return withIncidentPlace(call, list);
    case 'declare':
      return declare(call);
    case 'show':
    case 'handover':
    case 'post-mortem':
      return withIncidentPlace(call, (placed) => print(placed, action));
    case 'update':
    case 'status':
      return addAndPost(call, action);
    default:
      return withIncidentPlace(call, (placed) => add(placed, action));
  }
};
