import { tradingChecks } from '../cases/trading-checks.ts';
import { tradingConsoles } from '../cases/trading-consoles.ts';
import { tradingDatabaseIncidents, tradingProcedures } from '../cases/trading-database.ts';
import { tradingReleases } from '../cases/trading-releases.ts';
import { tradingTools } from '../cases/trading-tools.ts';
import { named } from '../support/table.ts';

/** All exercises of the trading service. */
export const trading = [
  ...tradingChecks,
  ...tradingTools,
  ...tradingReleases,
  ...tradingDatabaseIncidents,
  ...tradingProcedures,
  ...tradingConsoles,
].map(named);
