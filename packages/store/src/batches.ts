/** Documents that are fetched at once: so few that turning them into objects holds nothing up. */
export const fetchSize = 1000;
