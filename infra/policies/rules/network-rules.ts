import { loadBalancerIdleSeconds } from '../../../contract/load-balancer.ts';
import { defineRule, defineStackRule } from './define-rule.ts';

const ingressType = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';
const balancerType = 'aws:lb/loadBalancer:LoadBalancer';
const listenerType = 'aws:lb/listener:Listener';
const anywhere = new Set(['0.0.0.0/0', '::/0']);

export const networkRules = [
  defineStackRule(
    'open-to-all-is-the-public-load-balancer',
    'From anywhere one reaches ports 80 and 443 of the public load balancer, if that speaks HTTPS, and nothing else.',
    (resources) => {
      const balancers = resources.filter(({ type, props }) => type === balancerType && props.internal !== true);
      const groups = new Set(balancers.flatMap(({ props }) => props.securityGroups as string[]));
      const secure = resources.some(({ type, props }) => type === listenerType && props.protocol === 'HTTPS');
      return resources
        .filter(({ type, props }) => type === ingressType && isOpen(props))
        .flatMap(({ name, props }) => {
          if (!groups.has(props.securityGroupId))
            return [{ name, fault: 'is open to all and no public load balancer’s' }];
          const ports = `${props.fromPort}-${props.toPort}`;
          if (ports !== '80-80' && ports !== '443-443') return [{ name, fault: `is open to all on ${ports}` }];
          return secure ? [] : [{ name, fault: 'is open to all and speaks no HTTPS' }];
        });
    },
  ),
  defineRule(
    'groups-have-rules-of-their-own',
    'What a security group opens is a resource of its own.',
    'aws:ec2/securityGroup:SecurityGroup',
    ({ ingress, egress }) => [
      ...(ingress === undefined ? [] : ['opens something within the group itself: ingress']),
      ...(egress === undefined ? [] : ['opens something within the group itself: egress']),
    ],
  ),
  defineRule(
    'load-balancer-waits',
    'A load balancer waits for silent deliveries, and drops headers that are none.',
    balancerType,
    ({ idleTimeout, dropInvalidHeaderFields }) => [
      ...(idleTimeout === loadBalancerIdleSeconds
        ? []
        : [`waits ${idleTimeout} s, not ${loadBalancerIdleSeconds} s`]),
      ...(dropInvalidHeaderFields === true ? [] : ['passes on invalid headers']),
    ],
  ),
  defineRule(
    'health-is-life',
    'A load balancer asks whether a task lives: a store that is away replaces no task.',
    'aws:lb/targetGroup:TargetGroup',
    ({ healthCheck }) => {
      const { path } = (healthCheck ?? {}) as { path?: string };
      return path === '/health/live' ? [] : [`asks ${path}, not /health/live`];
    },
  ),
  defineRule('https-is-new', 'HTTPS begins at TLS 1.2.', listenerType, ({ protocol, sslPolicy }) =>
    protocol !== 'HTTPS' || /^ELBSecurityPolicy-TLS13-1-[23]/.test(String(sslPolicy))
      ? []
      : [`speaks ${sslPolicy}`],
  ),
] as const;

function isOpen(rule: Readonly<Record<string, unknown>>): boolean {
  return anywhere.has(String(rule.cidrIpv4)) || anywhere.has(String(rule.cidrIpv6));
}
