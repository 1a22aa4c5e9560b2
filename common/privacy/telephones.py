"""A telephone number as it may be shown: enough to know it again, too little to call it."""


def shortened(number: str) -> str:
    """138****1234 of a mobile number; of a landline fewer digits, for it has fewer to guess."""
    return f"{number[:3]}****{number[-4:]}" if number.startswith("1") else f"{number[:3]}******{number[-2:]}"
