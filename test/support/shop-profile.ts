/** A profile of system `shop` with one http source `api` that has one check `api`. `more` is appended. */
export const shopProfile = (url: string, more = '', env = 'dev', tier = 'dev'): string => `opsdeck: 1
system: shop
env: ${env}
tier: ${tier}
sources:
  api:
    type: http
    url: "${url}"
    every: 1s
    timeout: 3s
    checks: [{ service: api, path: /healthz }]
${more}`;
