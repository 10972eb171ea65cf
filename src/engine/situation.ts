import { defined } from '../domain/base/defined.ts';
import type { Millis } from '../domain/base/fault.ts';
import { dependenciesOf } from '../domain/profile/dependencies.ts';
import type { Profile } from '../domain/profile/profile.ts';
import { situationHead, situationSentence } from '../situation/sentence.ts';
import type { SituationSummary } from '../situation/situation.ts';
import { environmentSituation, type SituationProfile } from '../store/environment-situation.ts';
import type { Engine } from './engine.ts';

/** An open environment. */
interface Opened {
  readonly profile: Profile;
  readonly engine: Pick<Engine, 'snapshot' | 'facts'>;
}

const partsMade = new WeakMap<Profile, SituationProfile>();

const situationProfileOf = (profile: Profile): SituationProfile => {
  const had = partsMade.get(profile);
  if (had !== undefined) return had;
  const made = {
    dependencies: dependenciesOf(profile),
    ...defined({ sentences: profile.sentence }),
  };
  partsMade.set(profile, made);
  return made;
};

/** Returns the situation of an open environment now. */
export const engineSituation = ({ profile, engine }: Opened): SituationSummary =>
  environmentSituation(engine.snapshot(), engine.facts.getState(), situationProfileOf(profile));

/** The clock that a sentence tells times by. */
interface SentenceClock {
  now(): Millis;
  wallOffset(): Millis;
}

/** Returns the situation of an open environment as one sentence. */
export const engineSentence = (opened: Opened, clock: SentenceClock): string =>
  situationSentence(engineSituation(opened), { now: clock.now(), clockOffset: clock.wallOffset() });

/** Returns the title of an incident that is declared now: the cause and its facts; '' while no problem is known. */
export const engineIncidentTitle = (opened: Opened): string => {
  const situation = engineSituation(opened);
  return situation.causes.length === 0 ? '' : situationHead(situation);
};
