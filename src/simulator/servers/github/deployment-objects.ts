import type { Repository, SimulatedDeployment } from '../../model/spec/repository.ts';
import type { CiEnvironmentSpec } from '../../model/spec/repository-spec.ts';
import { githubTime, nodeId, type Site, userObject } from './objects.ts';

/** A deployment. Source: GitHub's OpenAPI description, deployment. */
export const deploymentObject = (
  site: Site,
  { fullName, spec }: Repository,
  simulatedDeployment: SimulatedDeployment,
) => {
  const url = `${site.api}/repos/${fullName}/deployments/${simulatedDeployment.id}`;
  return {
    url,
    id: simulatedDeployment.id,
    node_id: nodeId('Deployment', simulatedDeployment.id),
    task: 'deploy',
    original_environment: simulatedDeployment.environment,
    environment: simulatedDeployment.environment,
    description: null,
    created_at: githubTime(simulatedDeployment.createdAt),
    updated_at: githubTime(simulatedDeployment.stateAt),
    statuses_url: `${url}/statuses`,
    repository_url: `${site.api}/repos/${fullName}`,
    creator: userObject(site, simulatedDeployment.run.actor),
    sha: simulatedDeployment.run.sha,
    ref: simulatedDeployment.run.branch,
    payload: {},
    transient_environment: false,
    production_environment: simulatedDeployment.environment === 'production' && spec.environments.length > 0,
    performed_via_github_app: null,
  };
};

/** The statuses of a deployment, newest first. Source: GitHub's OpenAPI description, deployment-status. */
export const deploymentStatusObjects = (
  site: Site,
  repository: Repository,
  simulatedDeployment: SimulatedDeployment,
) => {
  const deployment = `${site.api}/repos/${repository.fullName}/deployments/${simulatedDeployment.id}`;
  const page = `${site.web}/${repository.fullName}/actions/runs/${simulatedDeployment.run.id}`;
  const states =
    simulatedDeployment.state === 'in_progress'
      ? ['in_progress']
      : [simulatedDeployment.state, 'in_progress'];
  return states.map((state, index) => ({
    url: `${deployment}/statuses/${simulatedDeployment.id * 10 + index}`,
    id: simulatedDeployment.id * 10 + index,
    node_id: nodeId('DeploymentStatus', simulatedDeployment.id * 10 + index),
    state,
    creator: userObject(site, simulatedDeployment.run.actor),
    description: '',
    environment: simulatedDeployment.environment,
    target_url: page,
    created_at: githubTime(
      state === 'in_progress' ? simulatedDeployment.createdAt : simulatedDeployment.stateAt,
    ),
    updated_at: githubTime(
      state === 'in_progress' ? simulatedDeployment.createdAt : simulatedDeployment.stateAt,
    ),
    deployment_url: deployment,
    repository_url: `${site.api}/repos/${repository.fullName}`,
    environment_url: page,
    log_url: page,
    performed_via_github_app: null,
  }));
};

const reviewerObject = (site: Site, login: string) => ({ type: 'User', reviewer: userObject(site, login) });

/** An environment with its rules. Source: GitHub's OpenAPI description, environment. */
export const environmentObject = (
  site: Site,
  { fullName }: Repository,
  environmentSpec: CiEnvironmentSpec,
) => ({
  id: environmentSpec.id,
  node_id: nodeId('Environment', environmentSpec.id),
  name: environmentSpec.name,
  url: `${site.api}/repos/${fullName}/environments/${environmentSpec.name}`,
  html_url: `${site.web}/${fullName}/deployments/activity_log?environments_filter=${environmentSpec.name}`,
  created_at: githubTime(0),
  updated_at: githubTime(0),
  protection_rules: [
    ...(environmentSpec.reviewers.length === 0
      ? []
      : [
          {
            id: environmentSpec.id * 10,
            node_id: nodeId('Gate', environmentSpec.id * 10),
            prevent_self_review: false,
            type: 'required_reviewers',
            reviewers: environmentSpec.reviewers.map((login) => reviewerObject(site, login)),
          },
        ]),
    ...(environmentSpec.waitMinutes === undefined
      ? []
      : [
          {
            id: environmentSpec.id * 10 + 1,
            node_id: nodeId('Gate', environmentSpec.id * 10 + 1),
            type: 'wait_timer',
            wait_timer: environmentSpec.waitMinutes,
          },
        ]),
  ],
  deployment_branch_policy: null,
});

/** Rules that a run waits for. Source: GitHub's OpenAPI description, pending-deployment. */
export const pendingObject = (site: Site, repository: Repository, environmentSpec: CiEnvironmentSpec) => {
  const { id, node_id, name, url, html_url } = environmentObject(site, repository, environmentSpec);
  return {
    environment: { id, node_id, name, url, html_url },
    wait_timer: environmentSpec.waitMinutes ?? 0,
    wait_timer_started_at: null,
    current_user_can_approve: environmentSpec.reviewers.includes(repository.spec.user),
    reviewers: environmentSpec.reviewers.map((login) => reviewerObject(site, login)),
  };
};
