import { alertsFeature } from '../features/alerts/feature.ts';
import { armingFeature } from '../features/arming/feature.ts';
import { breakGlassFeature } from '../features/break-glass/feature.ts';
import { breakersFeature } from '../features/breakers/feature.ts';
import { cardsFeature } from '../features/cards/feature.ts';
import { checklistsFeature } from '../features/checklists/feature.ts';
import { ciFeature } from '../features/ci/feature.ts';
import { columnsFeature } from '../features/columns/feature.ts';
import { contactsFeature } from '../features/contacts/feature.ts';
import { dbFeature } from '../features/db/feature.ts';
import { drillFeature } from '../features/drills/feature.ts';
import { environmentsFeature } from '../features/environments/feature.ts';
import { exportFeature } from '../features/export/feature.ts';
import { forwardsFeature } from '../features/forwards/feature.ts';
import { healthFeature } from '../features/health/feature.ts';
import { healthPane } from '../features/health/pane.ts';
import { helpFeature } from '../features/help/feature.ts';
import { incidentFeature } from '../features/incidents/feature.ts';
import { journalFeature } from '../features/journal/feature.ts';
import { lagFeature } from '../features/lag/feature.ts';
import { layoutsFeature } from '../features/layouts/feature.ts';
import { linksFeature } from '../features/links/feature.ts';
import { logsFeature } from '../features/logs/feature.ts';
import { matrixFeature } from '../features/matrix/feature.ts';
import { messagesFeature } from '../features/messages/feature.ts';
import { mouseFeature } from '../features/mouse/feature.ts';
import { namespacesFeature } from '../features/namespaces/feature.ts';
import { nodesFeature } from '../features/nodes/feature.ts';
import { nowFeature } from '../features/now/feature.ts';
import { paletteFeature } from '../features/palette/feature.ts';
import { podsFeature } from '../features/pods/feature.ts';
import { poolsFeature } from '../features/pools/feature.ts';
import { profileErrorsFeature } from '../features/profile-errors/feature.ts';
import { pulseFeature } from '../features/pulse/feature.ts';
import { queuesFeature } from '../features/queues/feature.ts';
import { quitFeature } from '../features/quit/feature.ts';
import { readerFeature } from '../features/reader/feature.ts';
import { reasonFeature } from '../features/reason/feature.ts';
import { relatedFeature } from '../features/related/feature.ts';
import { runbooksFeature } from '../features/runbooks/feature.ts';
import { runsFeature } from '../features/runs/feature.ts';
import { severitiesFeature } from '../features/severities/feature.ts';
import { shareFeature } from '../features/share/feature.ts';
import { timeTravelFeature } from '../features/time-travel/feature.ts';
import { tourFeature } from '../features/tour/feature.ts';
import { trendFeature } from '../features/trend/feature.ts';
import { viewsFeature } from '../features/views/feature.ts';
import { whoFeature } from '../features/who/feature.ts';
import { composeFeatures } from '../shell/composition/compose-features.ts';
import type { FeatureState } from '../shell/contract/model.ts';
import type { OverlayKind } from '../shell/contract/overlay.ts';

/** All features, in the order of their panes, keys and commands. Add a feature here. */
const list = [
  environmentsFeature,
  cardsFeature,
  layoutsFeature,
  viewsFeature,
  namespacesFeature,
  logsFeature,
  relatedFeature,
  exportFeature,
  tourFeature,
  trendFeature,
  messagesFeature,
  drillFeature,
  breakGlassFeature,
  healthFeature,
  matrixFeature,
  breakersFeature,
  lagFeature,
  poolsFeature,
  podsFeature,
  nodesFeature,
  alertsFeature,
  dbFeature,
  queuesFeature,
  ciFeature,
  pulseFeature,
  nowFeature,
  journalFeature,
  runbooksFeature,
  runsFeature,
  checklistsFeature,
  forwardsFeature,
  whoFeature,
  contactsFeature,
  severitiesFeature,
  linksFeature,
  incidentFeature,
  columnsFeature,
  paletteFeature,
  shareFeature,
  timeTravelFeature,
  helpFeature,
  readerFeature,
  profileErrorsFeature,
  armingFeature,
  reasonFeature,
  mouseFeature,
  quitFeature,
] as const;

type KindsOf<F> = F extends { readonly dialogs: infer D } ? keyof D : never;
/** The kinds of overlays that no feature draws: the type check fails if there is one. */
type Missing = Exclude<OverlayKind, 'none' | KindsOf<(typeof list)[number]>>;
/** The parts of the state without an initial value. */
type StateOf<F> = F extends { readonly state: infer S } ? keyof S : never;
type Required<S> = { [K in keyof S]-?: undefined extends S[K] ? never : K }[keyof S];
type Unset = Exclude<Required<FeatureState>, StateOf<(typeof list)[number]>>;
const isComplete: [Missing | Unset] extends [never] ? true : Missing | Unset = true;

/** The features of the program. */
export const features = composeFeatures(isComplete ? list : [], healthPane);
