"""Orders walks with OR-Tools' routing solver, for the bench to compare with.

Each line on standard input is a list as JSON: {"seconds": how long to search, "lengths": a square of whole
numbers}. Place 0 is where the walk begins and ends: its row leads from the start, its column to the till. Each
line on standard output is an order of the other places, as JSON.
"""

import json
import sys

from ortools.constraint_solver import pywrapcp, routing_enums_pb2


def order_of(lengths, seconds):
    manager = pywrapcp.RoutingIndexManager(len(lengths), 1, 0)
    routing = pywrapcp.RoutingModel(manager)
    # The matrix is registered as such: asking Python for each length would be a hundred times slower.
    transit = routing.RegisterTransitMatrix(lengths)
    routing.SetArcCostEvaluatorOfAllVehicles(transit)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    # What OR-Tools' own guide advises for a travelling salesman that should get out of a local optimum.
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(int(seconds * 1000))
    solution = routing.SolveWithParameters(parameters)
    order = []
    index = solution.Value(routing.NextVar(routing.Start(0)))
    while not routing.IsEnd(index):
        order.append(manager.IndexToNode(index))
        index = solution.Value(routing.NextVar(index))
    return order


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(order_of(asked["lengths"], asked["seconds"])), flush=True)
