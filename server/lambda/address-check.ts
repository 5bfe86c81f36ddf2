import { BlockList, isIP } from 'node:net';

/** Whether an address lies in one of the ranges, such as `203.0.113.0/24` or `2001:db8::/32`. */
export function createAddressCheck(cidrs: readonly string[]): (address: string) => boolean {
  const ranges = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', length = ''] = cidr.split('/');
    ranges.addSubnet(network, Number(length), familyOf(network));
  }
  return (address) => isIP(address) !== 0 && ranges.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
