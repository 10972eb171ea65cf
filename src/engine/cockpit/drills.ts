import type { StoreApi } from 'zustand/vanilla';
import { defined } from '../../domain/base/defined.ts';
import { type DrillProgress, drillTargetOf, drillTime } from '../../domain/drills/drill-record.ts';
import { severityOfRunbook } from '../../domain/facts/severity.ts';
import type { CockpitState } from '../../store/cockpit.ts';
import type { Commands } from '../../store/commands.ts';
import type { BegunDrill } from '../drills/drill-tracker.ts';
import type { DrillParts, OpenedEnvironment } from './environment/cockpit-parts.ts';
import { drillState } from './environment/environment-state.ts';

/** Starts, follows and ends the drills of a cockpit. */
interface CockpitDrills extends Pick<Commands, 'rehearse' | 'drill'> {
  /** Begins the drill of the command line, when its environment is opened for the first time. */
  entered(opened: OpenedEnvironment): void;
  everySecond(): void;
  /** True while the incident must not be named. */
  isBlind(): boolean;
}

type Simulated<T extends Pick<OpenedEnvironment, 'profile' | 'simulator'>> = T &
  Required<Pick<OpenedEnvironment, 'simulator'>>;

const isSimulated = (opened: OpenedEnvironment | undefined): opened is Simulated<OpenedEnvironment> =>
  opened?.simulator !== undefined;

/** The incident of a drill in an environment, its targets, and whether it is over. */
export const drillSubject = (
  { profile, simulator }: Simulated<Pick<OpenedEnvironment, 'profile' | 'simulator'>>,
  incident: string,
): Omit<BegunDrill, 'how' | 'blind' | 'seed' | 'who'> => ({
  system: profile.system,
  env: profile.env,
  incident,
  title: simulator.titles[incident] ?? incident,
  targetOf: (runbook) => {
    const severity = severityOfRunbook(profile.severity, runbook);
    return severity === undefined ? undefined : drillTargetOf(severity);
  },
  isHealed: () => simulator.incidentIn(profile.env) !== incident,
});

/** 'drill ended: recovered in 2m12s. :score shows the score card'. */
const endedText = ({ result }: DrillProgress): string => {
  const { recoveredMs, healedMs, unproved } = result?.record.score ?? {};
  const outcome =
    recoveredMs !== undefined
      ? `recovered in ${drillTime(recoveredMs)}`
      : healedMs !== undefined
        ? `all clear ${unproved === undefined ? 'by itself' : `after ${unproved}, not verified,`} in ${drillTime(healedMs)}`
        : 'not recovered';
  return `drill ended: ${outcome}. :score shows the score card`;
};

/** The state after a blind drill: the simulator and its scenarios may be named again. */
const revealed = (
  { open }: CockpitState,
  { profile, simulator }: OpenedEnvironment,
): Partial<CockpitState> => {
  if (open === undefined || simulator === undefined) return {};
  const incident = simulator.incidentIn(profile.env);
  return {
    open: { ...open, incidents: simulator.incidents, ...defined({ incident }) },
  };
};

/** Creates the drills of a cockpit. Without `parts`, scenarios can be started, and no drill is scored. */
export const createCockpitDrills = (
  parts: DrillParts | undefined,
  cockpit: StoreApi<CockpitState>,
  opened: () => OpenedEnvironment | undefined,
  say: (text: string, level?: 'ok' | 'warn') => void,
): CockpitDrills => {
  let hasBegun = false;

  parts?.tracker.onChange((progress) => {
    const here = opened();
    const isOver = progress.result !== undefined;
    cockpit.setState((s) => ({
      drill: progress,
      ...(isOver && progress.isBlind && here !== undefined ? revealed(s, here) : {}),
    }));
    if (isOver) say(endedText(progress));
  });

  const begin = (
    here: Simulated<OpenedEnvironment>,
    incident: string,
    { blind = false, seed, opensCard = false }: DrillParts['requested'] = {},
  ): void =>
    parts?.tracker.begin({
      ...drillSubject(here, incident),
      how: 'cockpit',
      blind,
      opensCard,
      ...defined({ seed, who: here.who }),
    });

  const isBlind = (): boolean => parts?.tracker.current()?.blind === true;

  return {
    isBlind,
    entered: (here) => {
      const { requested, tracker } = parts ?? {};
      if (hasBegun || tracker === undefined || requested?.incident === undefined || !isSimulated(here))
        return;
      hasBegun = true;
      begin(here, requested.incident, requested);
    },
    everySecond: () => parts?.tracker.look(),
    drill: (signal) => parts?.tracker.signal(signal),
    rehearse: (incident) => {
      const here = opened();
      if (!isSimulated(here))
        return say(
          'a drill needs a profile of a simulated system. To list them: opsdeck drill --list',
          'warn',
        );
      if (incident !== undefined && isBlind())
        return say('a blind drill is running. End the drill with :heal first', 'warn');
      // Before the simulator is healed: that would be a recovery.
      void parts?.tracker.end();
      here.simulator.rehearse(incident, here.profile.env);
      if (incident !== undefined) begin(here, incident);
      say(
        incident === undefined ? 'drill ended: the simulator is healthy again' : `drill started: ${incident}`,
      );
      cockpit.setState((s) => drillState(s, incident));
    },
  };
};
