/**
 * How long a load balancer keeps a connection on which nothing passes: `buffered` may be silent long before its first
 * byte. The service keeps idle connections longer than this, or a request could meet one that is just being closed (502).
 */
export const loadBalancerIdleSeconds = 400;
