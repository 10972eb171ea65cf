import { openCockpit } from '../simulation/cockpit.ts';
import { incidentDrill } from './incident-drill.ts';
import { incidentPaths, takePath } from './incident-paths.ts';

for (const path of incidentPaths)
  incidentDrill(path.id, path.path, `${path.incident}: ${path.runbook}, ${path.path}`, async () => {
    await using cockpit = await openCockpit(path.env, path.incident);
    await takePath(cockpit, path);
  });
