import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { followUpTracker } from '../../../domain/incidents/incident-response.ts';
import { dependenciesOf } from '../../../domain/profile/dependencies.ts';
import { maskWordsOf } from '../../../domain/profile/profile-words.ts';
import { actorText } from '../../../domain/team/actor.ts';
import { permittedVerbs } from '../../../runs/policy/ruling.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { Engine } from '../../engine.ts';
import type { OpenedEnvironment } from './cockpit-parts.ts';

const sharedState = ({ state }: Pick<OpenedEnvironment, 'state'>): { readonly isStateShared?: true } =>
  state?.presence === undefined ? {} : { isStateShared: true };

/**
 * The cockpit state after opening an environment. `again`: it was already open, and the card of its run stays. `isBlind`: the
 * scenarios of its simulator are not named.
 */
export const environmentState = (
  state: CockpitState,
  opened: OpenedEnvironment,
  now: Millis,
  again: boolean,
  isBlind = false,
): CockpitState => {
  const { profile, file, simulator, arming, engine, who } = opened;
  const {
    profileErrors: _,
    isNothingHere: ______,
    run,
    isPickingEnvironment: __,
    checklists: ___,
    checklistRecords: ____,
    checklistData: _____,
    ...rest
  } = state;
  const incident = isBlind ? undefined : simulator?.incidentIn(profile.env);
  const permitted = permittedVerbs(profile.tier, profile.guard);
  return {
    ...rest,
    ...(again && run !== undefined ? { run } : {}),
    open: {
      system: profile.system,
      env: profile.env,
      title: profile.title,
      tier: profile.tier,
      ...defined({ file, color: profile.color }),
      ...(who === undefined ? {} : { operator: actorText(who) }),
      ...sharedState(opened),
      ...(opened.isDiscovered === undefined ? {} : { isDiscovered: true }),
      embedded: simulator !== undefined,
      incidents: isBlind ? [] : (simulator?.incidents ?? []),
      ...defined({ incident }),
      across: profile.across,
      words: [maskWordsOf(profile)],
      contacts: profile.contacts,
      links: profile.links,
      ...defined({
        escalation: profile.escalation,
        incidentResponse: profile.incident,
        followUpTracker: followUpTracker(profile),
        review: profile.review,
        zone: profile.zone,
        severity: profile.severity,
        sentences: profile.sentence,
        settingPositions: profile.settingPositions,
        unreadPlaces: opened.unreadPlaces,
        environmentBySource: profile.environmentBySource,
      }),
      dependencies: dependenciesOf(profile),
      logins: Object.fromEntries(
        profile.sources.flatMap(({ id, login }) =>
          login === undefined || typeof login === 'string' ? [] : [[id, login]],
        ),
      ),
      describes: [...engine.sources.values()].flatMap(({ id, describe }) =>
        describe === undefined ? [] : [id],
      ),
      describesAs: Object.fromEntries(
        [...engine.sources.values()].flatMap(({ id, describesAs }) =>
          describesAs === undefined ? [] : [[id, describesAs]],
        ),
      ),
      namespaces: Object.fromEntries(
        [...engine.sources.values()].flatMap(({ id, namespaces }) =>
          namespaces === undefined ? [] : [[id, namespaces]],
        ),
      ),
      tails: [...engine.sources.values()].flatMap(({ id, tails }) => (tails === undefined ? [] : [id])),
      logViews: profile.logViews,
      ...(opened.state?.breakGlass === undefined ? {} : { isBreakGlass: true }),
      ...defined({ permittedActions: permitted, anonymise: profile.logs?.anonymise }),
    },
    arming: arming.state(now),
    suggestions: [],
    areSuggestionsAwaited: true,
    trigger: undefined,
    changeCoverage: undefined,
    journal: again ? state.journal : [],
    acknowledged: again ? state.acknowledged : {},
    incidents: again ? (state.incidents ?? []) : [],
  };
};

/** The state after a simulator scenario has started or ended. */
export const drillState = ({ open }: CockpitState, incident: string | undefined): Partial<CockpitState> => {
  if (open === undefined) return {};
  const { incident: _, ...rest } = open;
  return { open: incident === undefined ? rest : { ...rest, incident } };
};

/** The other environments of the system are open too: share mode masks their words as well. */
export const withOpenEnvironments = (
  { open }: CockpitState,
  across: readonly Pick<Engine, 'profile'>[],
): Partial<CockpitState> => {
  if (open === undefined) return {};
  const words = [...(open.words ?? []), ...across.map(({ profile }) => maskWordsOf(profile))];
  return { open: { ...open, words } };
};
